/**
 * A state dict in memory: names to typed arrays, independent of any framework. Half-precision tensors keep
 * their 16 bits in a `Uint16Array` until someone asks for floats.
 */
import { FtuError } from '@ftuseg/core';
import { bfloat16ToFloat32, float16ToFloat32 } from './half.js';

interface Arrays {
  float64: Float64Array;
  float32: Float32Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type StateDType = keyof Arrays;

/** One tensor, row-major; `data.length` is the product of `shape` (1 for the scalar shape `[]`). */
export type StateTensor = {
  [D in StateDType]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: Arrays[D] };
}[StateDType];

/** Names to tensors; iteration order is the order of the state dict. */
export type StateDict = Map<string, StateTensor>;

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The values as 32-bit floats: the same array when they are float32 already, else a converted copy (float64 is
 * rounded to nearest; float16 and bfloat16 are exact). Throws `FtuError` for integers and booleans.
 */
export function toFloat32(tensor: StateTensor, subject?: string): Float32Array {
  switch (tensor.dtype) {
    case 'float32':
      return tensor.data;
    case 'float64':
      return Float32Array.from(tensor.data);
    case 'float16':
      return float16ToFloat32(tensor.data);
    case 'bfloat16':
      return bfloat16ToFloat32(tensor.data);
    default:
      throw new FtuError('bad-input', `a tensor of type ${tensor.dtype} cannot be used as a weight`, {
        ...(subject === undefined ? {} : { subject }),
        hint: 'weights are float32, float64, float16 or bfloat16',
      });
  }
}
