/** Single operations on maps of odd sizes, against plain loops in double precision. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ftuseg/core';
import type { FusedActivation, FusedConvolution, FusedGraph, FusedOperation } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { type PlainMap, plainMap, plainNetwork } from '../../../tests/plain-network.js';
import { compileNetwork } from './compile.js';
import { NetworkMemory } from './kernels.js';
import { planNetwork } from './plan.js';

const relu: FusedActivation = { kind: 'clamp', low: 0, high: Number.POSITIVE_INFINITY };
const linear: FusedActivation = { ...relu, low: Number.NEGATIVE_INFINITY };
const random = createRandom(11);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

interface Shape {
  readonly from?: string;
  readonly kernel?: number;
  readonly stride?: number;
  readonly pads?: FusedConvolution['pads'];
  readonly depthwise?: boolean;
  readonly activation?: FusedActivation;
}

/** A convolution with random weights. */
function convolution(output: string, [inside, out]: readonly [number, number], shape: Shape = {}): FusedConvolution {
  const { from = 'image', kernel = 3, stride = 1, pads = [1, 1, 1, 1], depthwise = false, activation = linear } = shape;
  const weights = numbers(out * (depthwise ? 1 : inside) * kernel * kernel).map((weight) => weight / kernel);
  const common = { kind: 'convolution', input: from, output, weights, bias: numbers(out), kernel, stride } as const;
  return { ...common, pads, depthwise, activation, outChannels: out, inChannels: inside };
}

/** What the kernels make of an image, however many rows of a matrix they take at a time. */
function kernelNetwork(graph: FusedGraph, { height, width, values }: PlainMap): Float32Array {
  const memory = NetworkMemory.open('test');
  const network = memory && compileNetwork(graph, memory);
  if (memory === undefined || network === undefined) throw new Error('the network does not compile');
  const plan = planNetwork(network, memory.kernels, { start: memory.freeFrom, height, width, images: 1 });
  memory.reach(plan.end);
  const last = plainNetwork(
    graph,
    plainMap(3, height, width, () => 0),
  );
  const [four, six] = [false, true].map((isSix) => {
    memory.kernels.takeSix(isSix);
    // What was computed before must not show.
    memory.floats(memory.freeFrom, (plan.end - memory.freeFrom) / 4).fill(Number.NaN);
    memory.floats(plan.image, values.length).set(values);
    plan.run(1);
    return memory.floats(plan.logits, last.values.length).slice();
  });
  expect(four).toEqual(six);
  return six ?? new Float32Array();
}

function expectEqual(operations: readonly FusedOperation[], height: number, width: number): void {
  const graph = { input: 'image', output: operations.at(-1)?.output ?? '', operations };
  const image = plainMap(3, height, width, () => random.normal());
  const expected = plainNetwork(graph, image).values;
  const found = kernelNetwork(graph, image);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(value - (found[i] ?? Number.NaN))).toBeLessThan(2e-5 * largest);
}

const sizes = [
  [1, 1],
  [2, 5],
  [7, 3],
  [13, 18],
] as const;

describe('the compiled kernels', () => {
  it('are what their sources compile to', () => {
    const script = fileURLToPath(new URL('../../../scripts/build-kernels.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });
});

describe.each(sizes)('on a map of %i x %i', (height, width) => {
  it.each([1, 2, 4, 8, 12, 13])('3 x 3 convolutions to %i channels are right, whatever comes after them', (out) => {
    for (const activation of [linear, relu, { kind: 'silu' }, { kind: 'sigmoid' }] as const) {
      expectEqual([convolution('a', [3, out], { activation })], height, width);
    }
    expectEqual(
      [convolution('a', [3, out]), convolution('b', [out, 6], { from: 'a', activation: relu })],
      height,
      width,
    );
  });

  it('so are those of other kernels, strides and sides, and depthwise ones', () => {
    const shapes: Shape[] = [
      { kernel: 1, pads: [0, 0, 0, 0] },
      { kernel: 1, stride: 2, pads: [0, 0, 0, 0] },
      { stride: 2 },
      { stride: 2, pads: [0, 0, 1, 1], kernel: Math.min(3, height + 1, width + 1) },
      { kernel: 5, pads: [2, 2, 2, 2], activation: { kind: 'clamp', low: 0, high: 6 } },
      { kernel: 7, stride: 2, pads: [3, 3, 3, 3] },
    ];
    for (const shape of shapes) {
      expectEqual([convolution('a', [3, 10], shape)], height, width);
      const depthwise = convolution('b', [10, 10], { ...shape, from: 'a', depthwise: true });
      expectEqual([convolution('a', [3, 10]), depthwise], height, width);
    }
  });

  it('so are those of many channels with stride 2, wherever the map begins, and on maps that are enlarged', () => {
    const first = convolution('a', [3, 18], { activation: relu });
    const pads = [
      [1, 1, 1, 1],
      ...(height > 1 && width > 1
        ? ([
            [0, 0, 1, 1],
            [0, 1, 2, 0],
          ] as const)
        : []),
    ] as const;
    for (const one of pads) {
      for (const out of [5, 16]) {
        const shape = { from: 'a', stride: 2, pads: one, activation: { kind: 'silu' } } as const;
        expectEqual([first, convolution('b', [18, out], shape)], height, width);
      }
    }
    const large: FusedOperation = { kind: 'enlarge', input: 'a', output: 'large' };
    expectEqual([first, large, convolution('b', [18, 4], { from: 'large', stride: 2 })], height, width);
  });

  it('so are those on maps of an eighth of the sides, and on their way back', () => {
    const down = ['a', 'b', 'c', 'd'].map((name, i) =>
      convolution(name, [[3, 16, 20, 17][i] ?? 0, [16, 20, 17, 12][i] ?? 0], {
        from: ['image', 'a', 'b', 'c'][i] ?? '',
        stride: i === 0 ? 1 : 2,
        activation: relu,
      }),
    );
    const deep = convolution('e', [12, 12], { from: 'd' });
    const large: FusedOperation = { kind: 'enlarge', input: 'e', output: 'large' };
    expectEqual([...down, deep, large, convolution('f', [12, 7], { from: 'large' })], height, width);
  });

  it('so are those of so many channels that they are made of products of quarters', () => {
    const pointwise = { kernel: 1, pads: [0, 0, 0, 0] } as const;
    const first = convolution('a', [3, 104], { ...pointwise, activation: relu });
    for (const activation of [linear, { kind: 'clamp', low: -9, high: 9 }, { kind: 'silu' }] as const) {
      expectEqual([first, convolution('b', [104, 80], { ...pointwise, from: 'a', activation })], height, width);
    }
    expectEqual([first, convolution('b', [104, 64], { kernel: 5, pads: [2, 2, 2, 2], from: 'a' })], height, width);
  });

  it('so are gates, sums, pools and transposed convolutions', () => {
    const first = convolution('a', [3, 8], { activation: relu });
    const gate = convolution('g', [8, 8], {
      from: 'm',
      kernel: 1,
      pads: [0, 0, 0, 0],
      activation: { kind: 'sigmoid' },
    });
    const mean: FusedOperation = { kind: 'mean', input: 'a', output: 'm' };
    const scale: FusedOperation = { kind: 'scale', input: 'a', factors: 'g', output: 's' };
    const add: FusedOperation = { kind: 'add', inputs: ['s', 'a'], output: 'sum', activation: { kind: 'silu' } };
    expectEqual([first, mean, gate, scale, add], height, width);
    expectEqual([first, { kind: 'pool', input: 'a', output: 'p' }], height, width);
    const shape = { inChannels: 8, outChannels: 5, weights: numbers(8 * 5 * 16), bias: numbers(5) };
    expectEqual(
      [first, { kind: 'up-convolution', input: 'a', output: 'u', activation: relu, ...shape }],
      height,
      width,
    );
  });

  it('so are groups that are normalised, and maps that are stretched', () => {
    const first = convolution('a', [3, 24]);
    const numbersOf = { factors: numbers(24), summands: numbers(24) };
    for (const groups of [6, 3, 1]) {
      const norm: FusedOperation = {
        kind: 'group-norm',
        input: 'a',
        output: 'n',
        groups,
        epsilon: 1e-5,
        activation: relu,
        ...numbersOf,
      };
      expectEqual([first, norm], height, width);
    }
    for (const factor of [2, 4]) {
      expectEqual([convolution('a', [3, 5]), { kind: 'stretch', input: 'a', factor, output: 's' }], height, width);
    }
  });

  it('so are maps that are enlarged and joined, looked at or put together', () => {
    const half = convolution('half', [3, 6], { activation: relu });
    const large: FusedOperation = { kind: 'enlarge', input: 'half', output: 'large' };
    const other = convolution('other', [6, 5], { from: 'large', activation: relu });
    const join: FusedOperation = { kind: 'join', inputs: ['large', 'other'], output: 'both' };
    for (const out of [3, 12, 20]) {
      expectEqual([half, large, other, join, convolution('end', [11, out], { from: 'both' })], height, width);
      const swapped: FusedOperation = { kind: 'join', inputs: ['other', 'large'], output: 'both' };
      expectEqual([half, large, other, swapped, convolution('end', [11, out], { from: 'both' })], height, width);
    }
    const twice: FusedOperation = { kind: 'enlarge', input: 'large', output: 'larger' };
    expectEqual([half, large, twice, convolution('end', [6, 2], { from: 'larger' })], height, width);
    const even = convolution('other', [6, 8], { from: 'large' });
    const four = convolution('half', [3, 4]);
    const wide = { ...even, weights: even.weights.subarray(0, 8 * 4 * 9), inChannels: 4 };
    const end = convolution('end', [12, 4], { from: 'both', kernel: 5, pads: [2, 2, 2, 2] });
    expectEqual([four, large, wide, join, end], height, width);
  });
});

describe('several images at once', () => {
  it('get the bits of each alone, also where maps are kept for all and the others share their memory', () => {
    const relus = { activation: relu } as const;
    const operations: FusedOperation[] = [
      convolution('a', [3, 16], relus),
      convolution('b', [16, 20], { from: 'a', stride: 2, ...relus }),
      convolution('c', [20, 16], { from: 'b', stride: 2, ...relus }),
      { kind: 'mean', input: 'c', output: 'mean' },
      convolution('gate', [16, 16], { from: 'mean', kernel: 1, pads: [0, 0, 0, 0], activation: { kind: 'sigmoid' } }),
      { kind: 'scale', input: 'c', factors: 'gate', output: 'gated' },
      convolution('d', [16, 24], { from: 'gated', stride: 2, ...relus }),
      convolution('d 2', [24, 112], { from: 'd', kernel: 1, pads: [0, 0, 0, 0], ...relus }),
      convolution('d 3', [112, 96], { from: 'd 2', kernel: 1, pads: [0, 0, 0, 0], activation: { kind: 'silu' } }),
      convolution('e', [96, 32], { from: 'd 3', kernel: 1, pads: [0, 0, 0, 0], activation: { kind: 'silu' } }),
      convolution('f', [32, 32], { from: 'e', depthwise: true }),
      { kind: 'mean', input: 'f', output: 'mean 2' },
      convolution('gate 2', [32, 32], {
        from: 'mean 2',
        kernel: 1,
        pads: [0, 0, 0, 0],
        activation: { kind: 'sigmoid' },
      }),
      { kind: 'scale', input: 'f', factors: 'gate 2', output: 'gated 2' },
      convolution('g', [32, 24], { from: 'gated 2' }),
      { kind: 'enlarge', input: 'g', output: 'larger' },
      { kind: 'join', inputs: ['larger', 'gated'], output: 'joined' },
      convolution('h', [40, 12], { from: 'joined', ...relus }),
      { kind: 'enlarge', input: 'h', output: 'larger still' },
      { kind: 'join', inputs: ['larger still', 'b'], output: 'joined still' },
      convolution('i', [32, 8], { from: 'joined still', ...relus }),
      { kind: 'enlarge', input: 'i', output: 'whole' },
      convolution('end', [8, 2], { from: 'whole' }),
    ];
    const memory = NetworkMemory.open('test');
    const graph = { input: 'image', output: 'end', operations };
    const network = memory && compileNetwork(graph, memory);
    if (memory === undefined || network === undefined) throw new Error('the network does not compile');
    const [height, width] = [64, 96];
    const image = numbers(3 * 3 * height * width);
    const logitsOf = (images: number, from: number, count: number): Float32Array => {
      const plan = planNetwork(network, memory.kernels, { start: memory.freeFrom, height, width, images });
      memory.reach(plan.end);
      memory.floats(memory.freeFrom, (plan.end - memory.freeFrom) / 4).fill(Number.NaN);
      const own = image.subarray(from * 3 * height * width, (from + count) * 3 * height * width);
      memory.floats(plan.image, own.length).set(own);
      plan.run(count);
      return memory.floats(plan.logits, count * 2 * height * width).slice();
    };
    const alone = [0, 1, 2].map((one) => logitsOf(1, one, 1));
    const together = logitsOf(3, 0, 3);
    const length = 2 * height * width;
    for (const [one, logits] of alone.entries())
      expect(together.subarray(one * length, (one + 1) * length)).toEqual(logits);
    expect(logitsOf(3, 1, 2)).toEqual(together.subarray(length));
    const pixel = (c: number, y: number, x: number): number => image[(c * height + y) * width + x] ?? 0;
    const expected = plainNetwork(graph, plainMap(3, height, width, pixel));
    const largest = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expect(expected.values.every((value, i) => Math.abs(value - (alone[0]?.[i] ?? Number.NaN)) < 2e-5 * largest)).toBe(
      true,
    );
  });
});

describe('compileNetwork', () => {
  it('leaves a map that would have to be put together of odd channels to others', () => {
    const join: FusedOperation = { kind: 'join', inputs: ['a', 'b'], output: 'both' };
    const end = convolution('end', [10, 4], { from: 'both', kernel: 1, pads: [0, 0, 0, 0] });
    const operations = [convolution('a', [3, 5]), convolution('b', [3, 5]), join, end];
    const memory = NetworkMemory.open('test');
    expect(memory && compileNetwork({ input: 'image', output: 'end', operations }, memory)).toBeUndefined();
  });
});
