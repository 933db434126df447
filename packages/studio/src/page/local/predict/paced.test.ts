import { expect, it } from 'vitest';
import { paced } from './paced.js';

it('tells the first, the last, and of the others what a person can read', () => {
  let time = 1000;
  const told: number[] = [];
  const tell = paced<{ done: number; total: number }>(
    ({ done }) => told.push(done),
    200,
    () => time,
  );
  for (let done = 1; done <= 20; done++) {
    tell({ done, total: 20 });
    time += 60;
  }
  expect(told).toEqual([1, 5, 9, 13, 17, 20]);
});
