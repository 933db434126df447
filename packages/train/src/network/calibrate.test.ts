import { createRandom } from '@ftuseg/core';
import { createModel, initialState } from '@ftuseg/nn';
import { noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { averageWeights } from '../optimise/weight-average.js';
import { calibrateBatchNorm } from './calibrate.js';
import { disposeState, downloadState, forward, uploadState } from './network.js';

const model = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_lite0', classes: 1 });

function images(seed: number): Tensor {
  const random = createRandom(seed);
  return tensor(
    Float32Array.from({ length: 2 * 3 * 64 * 64 }, () => random.normal()),
    [2, 3, 64, 64],
  );
}

describe.skipIf(!torchAvailable())('calibrateBatchNorm (needs libtorch: make libtorch)', () => {
  it('leaves evaluation as it was, and makes training in batch statistics nearly the same', () => {
    const start = initialState(model, 3);
    // As folded weights come: biases that matter behind a BatchNorm that does nothing.
    const random = createRandom(8);
    for (const [name, { data }] of start) {
      if (!/bn\d\.bias$/.test(name) || !(data instanceof Float32Array)) continue;
      data.set(Float32Array.from(data, () => random.uniform(-1, 1)));
    }
    const state = uploadState(model, start, true);
    const feature = (training: boolean): number[] =>
      noGrad(() =>
        scope(() => {
          const copy = new Map([...state].map(([name, entry]) => [name, entry.clone()]));
          return Array.from(forward(model, copy, images(1), { training }).toArray(), Number);
        }),
      );
    const distance = (a: number[], b: number[]): number => {
      const size = Math.max(...b.map(Math.abs));
      return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0)))) / size;
    };
    const before = feature(false);
    const layers = calibrateBatchNorm(model, state, [() => images(1), () => images(1)]);
    expect(layers).toBe(48);
    expect(distance(feature(false), before)).toBeLessThan(1e-3);
    const [name] = [...state.keys()].filter((key) => key.startsWith('encoder') && key.endsWith('bn1.running_mean'));
    expect(
      state
        .get(name ?? '')
        ?.toArray()
        .some((value) => Number(value) !== 0),
    ).toBe(true);
    disposeState(state);
  });
});

describe.skipIf(!torchAvailable())('averageWeights (needs libtorch: make libtorch)', () => {
  it('follows the weights with the warmed-up decay', () => {
    const state = uploadState(model, initialState(model, 1), true);
    const average = averageWeights(model, state, 0.5, 10);
    const name = 'segmentation_head.0.bias';
    const target = state.get(name);
    noGrad(() => target?.copyFrom(tensor(Float32Array.of(1), [1])));
    average.update(); // decay min(0.5, 1/10): 0.9 of the way
    expect(average.state.get(name)?.item()).toBeCloseTo(0.9, 6);
    average.update(); // 2/11
    expect(average.state.get(name)?.item()).toBeCloseTo(1 - 0.1 * (2 / 11), 6);
    expect(downloadState(model, average.state).size).toBe(model.parameters.length);
    average.dispose();
    disposeState(state);
  });

  it('is the mean of the weights after each step where the warm-up is 2, and counts later ones more where it is longer', () => {
    const last = (warmup: number): number => {
      const state = uploadState(model, initialState(model, 1), true);
      const name = 'segmentation_head.0.bias';
      const set = (value: number) => noGrad(() => state.get(name)?.copyFrom(tensor(Float32Array.of(value), [1])));
      set(0);
      const average = averageWeights(model, state, 0.999, warmup);
      for (const value of [1, 2, 3]) {
        set(value);
        average.update();
      }
      const found = Number(average.state.get(name)?.item());
      average.dispose();
      disposeState(state);
      return found;
    };
    // The state that it began with counts as one step.
    expect(last(2)).toBeCloseTo((0 + 1 + 2 + 3) / 4, 6);
    expect(last(4)).toBeGreaterThan(last(3));
    expect(last(10)).toBeGreaterThan(last(4));
    expect(last(10)).toBeLessThan(3);
  });
});
