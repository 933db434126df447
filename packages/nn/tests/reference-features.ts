/** Comparing features of an encoder with a test vector that lies beside published weights. */
import type { NpyArray } from '@ftuseg/core';
import { expect } from 'vitest';
import { OnnxOps, type OnnxValue, opset } from '../src/onnx/onnx-ops.js';
import { encodeOnnxModel } from '../src/onnx/proto.js';
import type { StateDict } from '../src/state/state.js';

type Build = (ops: OnnxOps, input: OnnxValue) => OnnxValue;

/** The ONNX file of a part of a network; shapes are free. */
export function onnxOf(state: StateDict, build: Build): Uint8Array {
  const ops = new OnnxOps(state);
  const output = ops.nameOf(build(ops, { kind: 'value', name: 'x' }));
  return encodeOnnxModel({
    graphName: 'part',
    opset,
    nodes: ops.nodes,
    initializers: ops.initializers,
    input: { name: 'x', shape: ['n', 'c', 'h', 'w'] },
    output: { name: output, shape: ['n', 'c', 'h', 'w'] },
    metadata: new Map(),
  });
}

/** H x W x C to C x H x W. */
export function channelsFirst(
  source: ArrayLike<number>,
  channels: number,
  value: (x: number, c: number) => number,
): Float32Array {
  const pixels = source.length / channels;
  return Float32Array.from(source, (_, i) => {
    const channel = Math.floor(i / pixels);
    return value(source[(i % pixels) * channels + channel] ?? Number.NaN, channel);
  });
}

/** A test vector's array as 1 x C x H x W. */
export function reference(
  arrays: ReadonlyMap<string, NpyArray>,
  name: string,
): { data: Float32Array; shape: number[] } {
  const array = arrays.get(name);
  if (!(array?.data instanceof Float32Array)) throw new TypeError(`no reference "${name}"`);
  const [height = 0, width = 0, channels = 0] = array.shape;
  return { data: channelsFirst(array.data, channels, (x) => x), shape: [1, channels, height, width] };
}

/** Largest difference in units of the reference's largest value. */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (const [i, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs((actual[i] ?? Number.NaN) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  expect(actual).toHaveLength(expected.length);
  return difference / largest;
}
