/**
 * What reading and writing safetensors share: the dtype codes and their sizes.
 * Format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes (github.com/huggingface/safetensors).
 */
import type { StateDType } from '../state/state.js';

export interface DTypeInfo {
  readonly dtype: StateDType;
  readonly bytes: number;
}

/** Safetensors' codes for the types that a `StateTensor` can hold. */
export const dtypeCodes: ReadonlyMap<string, DTypeInfo> = new Map([
  ['F64', { dtype: 'float64', bytes: 8 }],
  ['I64', { dtype: 'int64', bytes: 8 }],
  ['F32', { dtype: 'float32', bytes: 4 }],
  ['I32', { dtype: 'int32', bytes: 4 }],
  ['F16', { dtype: 'float16', bytes: 2 }],
  ['BF16', { dtype: 'bfloat16', bytes: 2 }],
  ['U8', { dtype: 'uint8', bytes: 1 }],
  ['BOOL', { dtype: 'bool', bytes: 1 }],
]);

/** The reference implementation's limit on the header. */
export const maxHeaderBytes = 100_000_000;
