import type { TrainProgress } from '@ftuseg/train';
import { expect, it } from 'vitest';
import { trainReporter } from './progress.js';

const step = (fold: number, at: number): TrainProgress => ({
  kind: 'step',
  fold,
  epoch: 1,
  epochs: 1,
  step: at,
  steps: 4,
  loss: 1,
  dice: 0,
  learningRate: 1e-3,
  imagesPerSecond: 1,
  secondsLeft: 1,
});

it('tells the share of all folds, and where the seconds went', () => {
  let now = 0;
  const shares: number[] = [];
  const spent: [string, number, number | undefined][] = [];
  const lines: string[] = [];
  const report = trainReporter(
    {
      note: (text) => lines.push(text),
      progress: () => undefined,
      share: (done) => shares.push(done),
      spent: (unit, seconds, count) => spent.push([unit, seconds, count]),
    },
    { folds: [1, 3], batchSize: 8 },
    () => now,
  );
  const at = (time: number, event: TrainProgress): void => {
    now = time;
    report(event);
  };
  at(5, { kind: 'note', message: 'hello' });
  at(6, step(1, 1));
  at(8, step(1, 2));
  at(11, { kind: 'validation', epoch: 1, of: 'slide', done: 1, total: 1 });
  at(12, step(3, 1));
  expect(shares).toEqual([0.125, 0.25, 0.625]);
  expect(spent).toEqual([
    ['training image', 1, 8],
    ['training image', 2, 8],
    ['validated tile', 3, undefined],
    ['training image', 1, 8],
  ]);
  expect(lines).toEqual(['  hello']);
});
