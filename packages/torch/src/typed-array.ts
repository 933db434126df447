/**
 * Which typed array holds which dtype. 16-bit floats travel as their raw bits in a Uint16Array,
 * because JavaScript has no array of them on every supported Node.
 */
import { TorchError } from './errors.js';

export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array;

const constructors: Readonly<Record<DType, new (length: number) => TypedArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function isDType(name: string): name is DType {
  return Object.hasOwn(constructors, name);
}

/** libtorch's name of a dtype, checked. Throws TorchError 'argument' for one without a typed array (complex, quantised). */
export function toDType(name: string): DType {
  if (isDType(name)) return name;
  throw new TorchError('argument', `a tensor of dtype ${name} has no typed array; convert it first`);
}

/** A zeroed array for `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new constructors[dtype](length);
}
