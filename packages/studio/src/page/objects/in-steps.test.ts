/** Work in short tasks: at once where it is short, between other tasks where it is long, and not at all once it is ended. */
import { expect, it } from 'vitest';
import { inSteps } from './in-steps.js';

function* work(steps: number, milliseconds: number): Generator<undefined, string> {
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
    yield;
  }
  return 'done';
}

it('is done at once where it is short', () => {
  const results: string[] = [];
  inSteps(work(3, 0), (result) => results.push(result));
  expect(results).toEqual(['done']);
});

it('gives the thread back where it is long', async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    inSteps(work(20, 4), (result) => {
      seen.push(result);
      resolve();
    });
    // Nothing of the end is there when it returns: 80 ms are more than a task.
    seen.push('other');
  });
  expect(seen).toEqual(['other', 'done']);
});

it('ends when it is told to', async () => {
  const results: string[] = [];
  inSteps(work(20, 4), (result) => results.push(result))();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(results).toEqual([]);
});
