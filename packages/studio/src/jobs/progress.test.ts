import { describe, expect, it } from 'vitest';
import { curvesOf } from './curves.js';
import { equalShares, readProgress } from './progress.js';

const steps = [
  { name: 'data', share: 0.1 },
  { name: 'network', share: 0.7 },
  { name: 'predictions', share: 0.2 },
];
const read = (log: string) => readProgress(log, steps, []);

describe('readProgress', () => {
  it.each([
    ['', '', 0],
    ['$ ftu run recipe.yaml --out run\n[1/3] data (prepare)\n', 'data', 0],
    ['[1/3] data (prepare)\n  preparing 1/4 a  (the run: 2:00 left)\n', 'data', 0.025],
    ['[1/3] data (prepare)\n  4 slides, 20 tiles (0:03)\n[2/3] network (train)\n', 'network', 0.1],
    [
      '[1/3] data (prepare): kept: 4 slides\n[2/3] network (train)\nepoch 3/8  [####----]  step 30/120  loss 0.4  dice 0.8  2.0 images/s  1:05 left  (the run: 1:35 left)\n',
      'network',
      0.275,
    ],
    [
      '[3/3] predictions (predict)\nslide b (2 of 4): 16/64 tiles, 12.3 tiles/s, 9.1 Mpx/s, 3 s left\n',
      'predictions',
      0.2 * ((1 + 16 / 64) / 4),
    ],
  ])('of %j: %s', (log, step, share) => {
    const progress = read(log);
    expect(progress.step).toBe(step);
    expect(progress.share).toBeCloseTo(share, 9);
  });

  it('knows the time that is left', () => {
    expect(read('[1/3] data (prepare)\n  preparing 1/4 a  (the run: 1:02:05 left and more)\n').secondsLeft).toBe(3725);
    expect(read('[2/3] network (train)\n').secondsLeft).toBeUndefined();
    const line = 'slide a (1 of 1): 16/64 tiles, 12.3 tiles/s, 9.1 Mpx/s, 3 s left\n';
    expect(readProgress(line, equalShares(['predictions']), [])).toMatchObject({ secondsLeft: 3, share: 0.25 });
  });

  it('begins anew with the last run of the program', () => {
    const before = '$ ftu run\n[1/3] data (prepare)\n[2/3] network (train)\nepoch 8/8  [####]  step 8/8  loss 1\n';
    expect(read(`${before}$ ftu run\n[1/3] data (prepare): kept: 4 slides\n`)).toMatchObject({
      step: 'data',
      share: 0.1,
    });
  });

  it('takes epochs as soon as they are written', () => {
    const history = curvesOf('{"epoch":3,"epochs":4,"loss":0.2,"best":true,"validationDice":0.8}\n');
    const progress = readProgress('[1/3] data (prepare)\n[2/3] network (train)\n', steps, history);
    expect(progress.share).toBeCloseTo(0.1 + 0.7 * 0.75, 9);
    expect(progress.text).toBe('epoch 3/4');
  });

  it('keeps the last lines for people', () => {
    const log = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    expect(read(log).log).toEqual(Array.from({ length: 40 }, (_, i) => `line ${60 + i}`));
  });
});

describe('curvesOf', () => {
  it('takes whole lines, and of an epoch that was trained twice the last', () => {
    const line = (epoch: number, loss: number): string => JSON.stringify({ epoch, epochs: 3, loss, best: false });
    const text = `${line(1, 0.9)}\n${line(2, 0.8)}\nnot json\n{"epoch":"x"}\n${line(2, 0.7)}\n${line(3, 0.5)}`;
    expect(curvesOf(text)).toEqual([
      { epoch: 1, epochs: 3, loss: 0.9, best: false },
      { epoch: 2, epochs: 3, loss: 0.7, best: false },
    ]);
  });
});
