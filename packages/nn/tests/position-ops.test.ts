/** The operators of transformers, in libtorch and in ONNX, against plain loops in double precision. */
import { dispatch, liveTensors, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import {
  convolution,
  inputSlice,
  type Layer,
  layerNormalisation,
  layerParameters,
  layerScale,
  linear,
} from '../src/layers.js';
import type { Ops } from '../src/ops.js';
import type { StateDict } from '../src/state/state.js';
import { TorchOps } from '../src/torch-ops.js';
import { hashUniform, maxAbsDifference, referenceState } from './parity-data.js';
import { onnxOf } from './reference-features.js';
import { runOnnx } from './run-onnx.js';
import { load, numbers } from './torch.js';

/** N x C x H x W in double precision. */
interface Map4 {
  readonly shape: readonly [number, number, number, number];
  readonly at: (n: number, c: number, y: number, x: number) => number;
}

const [batch, channels, height, width] = [3, 6, 4, 2] as const;
const input = Float32Array.from(hashUniform('x', batch * channels * height * width), (v) => 2 * v);

const mapOf = (data: ArrayLike<number>, shape: Map4['shape']): Map4 => ({
  shape,
  at: (n, c, y, x) => data[((n * shape[1] + c) * shape[2] + y) * shape[3] + x] ?? Number.NaN,
});

/** Computes every value by its place; row-major. */
function compute(shape: Map4['shape'], value: Map4['at']): number[] {
  const [batches, depth, rows, columns] = shape;
  const all: number[] = [];
  for (let n = 0; n < batches; n++)
    for (let c = 0; c < depth; c++)
      for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) all.push(value(n, c, y, x));
  return all;
}

const x = mapOf(input, [batch, channels, height, width]);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Abramowitz & Stegun 7.1.5: the series, which converges for all values here. */
function erf(z: number): number {
  let [term, total] = [z, z];
  for (let k = 1; k < 60; k++) {
    term *= (-z * z) / k;
    total += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const norm = layerNormalisation('norm', channels, 1e-6);
const matrix = linear('matrix', channels, 5);
const scale = layerScale('block', channels, 1e-6);
const toQuery = linear('query', channels, channels);
const toKeyValue = linear('keyValue', channels, 2 * channels);
const shrink = convolution({
  name: 'shrink',
  inChannels: channels,
  outChannels: channels,
  kernel: 2,
  stride: 2,
  padding: [0, 0, 0, 0],
  bias: true,
  initialisation: 'he-normal-fan-out',
});
const joined = convolution({
  name: 'joined',
  inChannels: 2 * channels,
  outChannels: 4,
  kernel: 1,
  initialisation: 'he-uniform-fan-in',
});
const layers: readonly Layer[] = [norm, matrix, scale, toQuery, toKeyValue, shrink, joined];
const state: StateDict = referenceState({ parameters: layers.flatMap(layerParameters) });
const weight = (name: string, at: number): number => Number(state.get(name)?.data[at]);

const linearAt = (name: string, map: Map4, inside: number) => (n: number, o: number, y: number, column: number) =>
  weight(`${name}.bias`, o) +
  sum(range(inside).map((c) => weight(`${name}.weight`, o * inside + c) * map.at(n, c, y, column)));

function normalised(n: number, c: number, y: number, column: number): number {
  const values = range(channels).map((other) => x.at(n, other, y, column));
  const mean = sum(values) / channels;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / channels;
  const scaled = (x.at(n, c, y, column) - mean) / Math.sqrt(variance + 1e-6);
  return scaled * weight('norm.weight', c) + weight('norm.bias', c);
}

const small: Map4['shape'] = [batch, channels, height / 2, width / 2];
const shrunk = mapOf(
  compute(
    small,
    (n, o, y, column) =>
      weight('shrink.bias', o) +
      sum(
        range(channels * 4).map((i) => {
          const [c, down, right] = [i >> 2, (i >> 1) & 1, i & 1];
          return weight('shrink.weight', o * channels * 4 + i) * x.at(n, c, 2 * y + down, 2 * column + right);
        }),
      ),
  ),
  small,
);

/** Attention of `heads` heads, straight from the definition. */
function attended(heads: number): number[] {
  const size = channels / heads;
  const query = linearAt('query', x, channels);
  const keyValue = linearAt('keyValue', shrunk, channels);
  const places = range(small[2] * small[3]).map((place) => [Math.floor(place / small[3]), place % small[3]] as const);
  return compute(x.shape, (n, c, y, column) => {
    const first = Math.floor(c / size) * size;
    const scores = places.map(([row, col]) => {
      const products = range(size).map((i) => query(n, first + i, y, column) * keyValue(n, first + i, row, col));
      return Math.exp(sum(products) / Math.sqrt(size));
    });
    const total = sum(scores);
    return sum(places.map(([row, col], i) => ((scores[i] ?? 0) / total) * keyValue(n, channels + c, row, col)));
  });
}

interface Case {
  readonly name: string;
  readonly run: <T>(ops: Ops<T>, x: T) => T;
  readonly expected: () => number[];
}

const attention = (heads: number): Case => ({
  name: `attention of ${heads} heads over a smaller map`,
  run(ops, value) {
    const keyValue = ops.linear(ops.conv2d(value, shrink), toKeyValue);
    return ops.attention(ops.linear(value, toQuery), keyValue, { channels, heads });
  },
  expected: () => attended(heads),
});

const cases: readonly Case[] = [
  { name: 'layer norm', run: (ops, value) => ops.layerNorm(value, norm), expected: () => compute(x.shape, normalised) },
  {
    name: 'a matrix',
    run: (ops, value) => ops.linear(value, matrix),
    expected: () => compute([batch, 5, height, width], linearAt('matrix', x, channels)),
  },
  {
    name: 'layer scale and a shortcut',
    run: (ops, value) => ops.add(ops.scaleChannels(value, scale), value),
    expected: () => compute(x.shape, (n, c, y, column) => x.at(n, c, y, column) * (1 + weight('block.gamma', c))),
  },
  {
    name: 'GELU',
    run: (ops, value) => ops.gelu(value),
    expected: () => [...input].map((v) => (v * (1 + erf(v / Math.SQRT2))) / 2),
  },
  {
    name: 'slices of a convolution',
    run(ops, value) {
      const halves = [0, channels].map((from) => ops.conv2d(value, inputSlice(joined, from, channels)));
      return halves.reduce((total, half) => ops.add(total, half));
    },
    expected: () =>
      compute([batch, 4, height, width], (n, o, y, column) =>
        sum(
          range(2 * channels).map(
            (c) => weight('joined.weight', o * 2 * channels + c) * x.at(n, c % channels, y, column),
          ),
        ),
      ),
  },
  ...[1, 2, 3].map(attention),
];

describe.each(cases)('$name', ({ run, expected }) => {
  it('is what its definition says, in ONNX', async () => {
    const { data } = await runOnnx(
      onnxOf(state, (ops, value) => run(ops, value)),
      input,
      x.shape,
    );
    expect(maxAbsDifference(data, expected())).toBeLessThan(3e-6);
  });

  it.skipIf(!torchAvailable()).each(['contiguous', 'channels_last'] as const)(
    'is what its definition says, in libtorch and %s memory (needs libtorch)',
    (memoryFormat) => {
      scope(() =>
        noGrad(() => {
          const weights = load(state);
          const value = tensor(input, x.shape).to({ memoryFormat });
          const ops = new TorchOps<Tensor>(dispatch, weights, { training: false });
          expect(maxAbsDifference(numbers(run(ops, value)), expected())).toBeLessThan(3e-6);
        }),
      );
    },
  );
});

describe.skipIf(!torchAvailable())('memory of operators that take several of libtorch (needs libtorch)', () => {
  it.each<[string, (ops: Ops<Tensor>, value: Tensor, keyValue: Tensor) => Tensor]>([
    ['layer norm', (ops, value) => ops.layerNorm(value, norm)],
    ['a matrix', (ops, value) => ops.linear(value, matrix)],
    ['attention', (ops, value, keyValue) => ops.attention(value, keyValue, { channels, heads: 2 })],
  ])('%s leaves nothing but its result', (_, run) => {
    scope(() => {
      const ops = new TorchOps<Tensor>(dispatch, load(state), { training: true, release: (value) => value.dispose() });
      const value = tensor(input, x.shape);
      const keyValue = tensor(new Float32Array(batch * channels * 4), [batch, 2 * channels, 2, 1]);
      const before = liveTensors();
      run(ops, value, keyValue);
      expect(liveTensors() - before).toBe(1);
    });
  });
});
