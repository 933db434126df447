/** Weights in the form in which nodes take them. */
import type { Conv2d } from '../layers.js';

/** A matrix of `rows` x `columns`, row-major, as one of `columns` x `rows`. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column] ?? 0;
  }
  return result;
}

/** The part of a convolution's kernel that belongs to the input channels which the layer takes; see `inputSlice`. */
export function inputChannelsOf(whole: Float32Array, { from, inChannels, outChannels, kernel }: Conv2d): Float32Array {
  if (from === undefined) return whole;
  const area = kernel * kernel;
  const row = whole.length / outChannels;
  const length = inChannels * area;
  const part = new Float32Array(outChannels * length);
  for (let out = 0; out < outChannels; out++) {
    const start = out * row + from * area;
    part.set(whole.subarray(start, start + length), out * length);
  }
  return part;
}
