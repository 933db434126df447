import { expect, it } from 'vitest';
import { answerOf } from './answers.js';

const of = (code: number | null, signal: NodeJS.Signals | null = null) => answerOf({ code, signal, said: 'x' }, 'lab');

it('a unit that was stopped goes on later, and one that was killed has failed', () => {
  expect(of(0)).toEqual({ code: 0, host: 'lab', said: 'x' });
  expect(of(1).code).toBe(1);
  expect([of(75).code, of(130).code, of(143).code, of(null, 'SIGTERM').code]).toEqual([75, 75, 75, 75]);
  expect(of(null, 'SIGKILL')).toEqual({ code: null, host: 'lab', said: 'its process was ended by SIGKILL' });
  expect(of(137)).toEqual({ code: null, host: 'lab', said: 'its process ended with exit code 137' });
});
