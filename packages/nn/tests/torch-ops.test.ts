import { dispatch, manualSeed, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { batchNormalisation, convolution, samePadding } from '../src/layers.js';
import { type BatchNormEvent, TorchOps } from '../src/torch-ops.js';
import {
  hashUniform,
  haveParityData,
  maxAbsDifference,
  parityCases,
  parityModel,
  referenceInput,
  referenceLogits,
  referenceState,
} from './parity-data.js';
import { load, numbers } from './torch.js';

const available = torchAvailable();

function random(name: string, shape: readonly number[]): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(Float32Array.from(hashUniform(name, length)), shape);
}

describe.skipIf(!available || !haveParityData)(
  'parity through libtorch (needs libtorch and ../shared/data/model-parity)',
  () => {
    const inChannelsLast = parityCases.map((parity) => ({ ...parity, memoryFormat: 'channels_last' as const }));
    const contiguous = parityCases.slice(-1).map((parity) => ({ ...parity, memoryFormat: 'contiguous' as const }));

    it.each([...inChannelsLast, ...contiguous])(
      '$decoder on $encoder gives the same logits ($memoryFormat)',
      (parity) => {
        const model = parityModel(parity);
        const logits = scope(() =>
          noGrad(() => {
            const ops = new TorchOps<Tensor>(dispatch, load(referenceState(model)), { training: false });
            const image = tensor(referenceInput(parity), [1, 3, parity.height, parity.width]);
            return numbers(model.forward(ops, image.to({ memoryFormat: parity.memoryFormat })));
          }),
        );
        // Measured: 3e-7 to 5e-6, on logits up to 1.2.
        expect(maxAbsDifference(logits, referenceLogits(parity))).toBeLessThan(1e-5);
      },
    );
  },
);

describe.skipIf(!available)('TorchOps on libtorch (needs libtorch)', () => {
  const conv = convolution({
    name: 'c',
    inChannels: 2,
    outChannels: 3,
    kernel: 3,
    stride: 2,
    padding: samePadding(3, 2),
    bias: true,
    initialisation: 'glorot-uniform',
  });
  const norm = batchNormalisation('n', 3);
  const freshState = (): Map<string, Tensor> =>
    new Map([
      ['c.weight', random('c', [3, 2, 3, 3])],
      ['c.bias', random('b', [3])],
      ['n.weight', tensor(Float32Array.of(1, 2, 0.5), [3])],
      ['n.bias', tensor(Float32Array.of(0.1, -0.2, 0.3), [3])],
      ['n.running_mean', tensor(new Float32Array(3), [3])],
      ['n.running_var', tensor(new Float32Array(3).fill(1), [3])],
      ['n.num_batches_tracked', tensor(new BigInt64Array(1), [])],
    ]);

  it('pads unevenly without changing the size that a stride of 2 gives', () => {
    scope(() => {
      const ops = new TorchOps<Tensor>(dispatch, freshState(), { training: false });
      expect(ops.conv2d(random('x', [1, 2, 6, 8]), conv).shape).toEqual([1, 3, 3, 4]);
    });
  });

  it('updates running statistics in training and leaves them alone otherwise', () => {
    scope(() => {
      const state = freshState();
      const x = random('x', [4, 3, 2, 2]);
      const seen: string[] = [];
      const onBatchNorm = (event: BatchNormEvent<Tensor>): void => {
        seen.push(`${event.name} ${event.eps} ${event.x.shape.join()}`);
      };
      new TorchOps<Tensor>(dispatch, state, { training: false, onBatchNorm }).batchNorm(x, norm, 'identity');
      expect(seen).toEqual(['n 0.00001 4,3,2,2']);
      const [mean, variance, tracked] = ['running_mean', 'running_var', 'num_batches_tracked'].map((part) => {
        const found = state.get(`n.${part}`);
        if (found === undefined) throw new TypeError(part);
        return found;
      });
      expect(numbers(tracked ?? x)).toEqual([0]);
      const y = new TorchOps<Tensor>(dispatch, state, { training: true }).batchNorm(x, norm, 'identity');
      expect(numbers(tracked ?? x)).toEqual([1]);
      const values = numbers(x).filter((_, i) => Math.floor(i / 4) % 3 === 0);
      const expectedMean = values.reduce((sum, v) => sum + v, 0) / 16;
      const unbiased = values.reduce((sum, v) => sum + (v - expectedMean) ** 2, 0) / 15;
      expect(numbers(mean ?? x)[0]).toBeCloseTo(0.1 * expectedMean, 6);
      expect(numbers(variance ?? x)[0]).toBeCloseTo(0.9 + 0.1 * unbiased, 6);
      const first = (numbers(x)[0] ?? 0) - expectedMean;
      expect(numbers(y)[0]).toBeCloseTo(first / Math.sqrt((unbiased * 15) / 16 + 1e-5) + 0.1, 5);
    });
  });

  it.each([
    ['relu', 1],
    ['relu6', 9],
    ['silu', 1],
  ] as const)('differentiates through %s, which may overwrite its input', (activation, scale) => {
    const gradient = (fused: boolean): number[] =>
      scope(() => {
        const state = freshState();
        const ops = new TorchOps<Tensor>(dispatch, state, { training: true });
        state.set('n.weight', tensor(new Float32Array(3).fill(scale), [3]));
        const x = random('x', [4, 3, 2, 2]).setRequiresGrad();
        const y = fused
          ? ops.batchNorm(x, norm, activation)
          : ops.activate(ops.batchNorm(x, norm, 'identity'), activation);
        dispatch('sum', dispatch('mul.Tensor', y, random('g', [4, 3, 2, 2]))).backward();
        return numbers(x.grad ?? x);
      });
    expect(maxAbsDifference(gradient(true), gradient(false))).toBe(0);
    expect(gradient(true).some((value) => value !== 0)).toBe(true);
  });

  it('convolves an upsampled map as if it had been enlarged and joined, in either memory', () => {
    const wide = convolution({
      name: 'c',
      inChannels: 5,
      outChannels: 3,
      kernel: 3,
      initialisation: 'glorot-uniform',
    });
    scope(() => {
      const ops = new TorchOps<Tensor>(dispatch, new Map([['c.weight', random('c', [3, 5, 3, 3])]]), {
        training: true,
      });
      for (const memoryFormat of ['contiguous', 'channels_last'] as const) {
        const [x, skip] = [random('x', [2, 3, 4, 5]), random('s', [2, 2, 8, 10])].map((map) =>
          map.to({ memoryFormat }),
        );
        if (x === undefined || skip === undefined) throw new TypeError('no input');
        const joined = ops.conv2d(ops.cat([ops.upsampleNearest2x(x), skip]), wide);
        expect(maxAbsDifference(numbers(ops.upsampledConv2d(x, skip, wide)), numbers(joined))).toBeLessThan(1e-5);
      }
    });
  });

  it('drops whole samples in training, and keeps the expectation', () => {
    scope(() => {
      manualSeed(1);
      const x = tensor(new Float32Array(4000 * 2).fill(1), [4000, 2, 1, 1]);
      const training = new TorchOps<Tensor>(dispatch, new Map(), { training: true });
      const dropped = numbers(training.dropPath(x, 0.25));
      for (let i = 0; i < dropped.length; i += 2) expect(dropped[i]).toBe(dropped[i + 1]);
      expect([...new Set(dropped)].sort()).toEqual([0, Math.fround(1 / 0.75)]);
      expect(dropped.reduce((sum, value) => sum + value, 0) / dropped.length).toBeCloseTo(1, 1);
      expect(training.dropPath(x, 0)).toBe(x);
      expect(new TorchOps<Tensor>(dispatch, new Map(), { training: false }).dropPath(x, 0.25)).toBe(x);
    });
  });
});

describe('TorchOps without libtorch', () => {
  const shapeOnly = { shape: [1, 3, 30, 64] };
  const ops = new TorchOps(() => shapeOnly, new Map(), { training: false });

  it('says what to pad to, and which tensor is missing', () => {
    expect(() => ops.input(shapeOnly, 32)).toThrow(
      'an input of 30 x 64 pixels is not a multiple of 32; pad it to 32 x 64',
    );
    expect(() => ops.batchNorm(shapeOnly, batchNormalisation('n', 3), 'relu')).toThrow(
      'the state has no tensor "n.weight"',
    );
  });
});
