import { expect, it } from 'vitest';
import { Gate } from './gate.js';

const signal = new AbortController().signal;

it('lets a number of works run at one time, in the order in which they came', async () => {
  const gate = new Gate(2, 100);
  const began: number[] = [];
  let running = 0;
  const work = (i: number) => async (): Promise<void> => {
    began.push(i);
    running++;
    expect(running).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    if (i === 3) throw new Error('one that fails');
  };
  const all = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => gate.run(work(i), signal)));
  expect(began).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(all.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
});

it('sends away who is too many, and forgets who has gone', async () => {
  const gate = new Gate(1, 2);
  let release = (): void => undefined;
  const first = gate.run(() => new Promise<void>((resolve) => (release = resolve)), signal);
  const gone = new AbortController();
  const [second, third] = [gate.run(async () => 2, signal), gate.run(async () => 3, gone.signal)];
  await expect(gate.run(async () => 4, signal)).rejects.toThrow('too many requests wait already');
  gone.abort();
  await expect(third).rejects.toThrow('nobody waits');
  const fifth = gate.run(async () => 5, signal);
  release();
  expect(await Promise.all([first, second, fifth])).toEqual([undefined, 2, 5]);
  await expect(gate.run(async () => 6, gone.signal)).rejects.toThrow('nobody waits');
  expect(await gate.run(async () => 7, signal)).toBe(7);
});
