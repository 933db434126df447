/**
 * Writes safetensors: one allocation, the same bytes for the same state.
 */
import { FtuError } from '@ftuseg/core';
import { elementCount, type StateDict, type StateTensor } from '../state/state.js';
import { dtypeCodes, maxHeaderBytes } from './format.js';

const codeOf = new Map([...dtypeCodes].map(([code, { dtype }]) => [dtype, code]));

/**
 * Serialises a state dict. The header lists tensors in the state's order; their bytes lie in order of element size, largest
 * first, so that every tensor is aligned. Metadata keys are sorted. Throws `FtuError` for a tensor whose data do
 * not fill its shape.
 *
 * @example
 * const bytes = writeSafetensors(state, { format: 'pt' });
 */
export function writeSafetensors(state: StateDict, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  for (const [name, { shape, data }] of state) {
    if (name === '__metadata__') throw new FtuError('bad-input', 'a tensor cannot be called "__metadata__"');
    if (elementCount(shape) !== data.length) {
      throw new FtuError('bad-input', `${data.length} values do not fill the shape [${shape.join(', ')}]`, {
        subject: name,
      });
    }
  }
  const offsets = new Map<string, readonly [number, number]>();
  const bySize = [...state].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let end = 0;
  for (const [name, { data }] of bySize) {
    offsets.set(name, [end, end + data.byteLength]);
    end += data.byteLength;
  }

  const entry = ([name, tensor]: readonly [string, StateTensor]): [string, unknown] => [
    name,
    { dtype: codeOf.get(tensor.dtype), shape: tensor.shape, data_offsets: offsets.get(name) },
  ];
  const sorted = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  // An object would move integer-like names to the front and swallow `__proto__`; members are joined by hand.
  const members: (readonly [string, unknown])[] = [...state].map(entry);
  if (sorted.length > 0) members.unshift(['__metadata__', Object.fromEntries(sorted)]);
  const json = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const header = new TextEncoder().encode(json);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > maxHeaderBytes)
    throw new FtuError('bad-input', 'the state has too many names for a safetensors file');

  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(header, 8);
  file.fill(0x20, 8 + header.length, 8 + headerLength);
  for (const [name, { data }] of state) {
    const [begin] = offsets.get(name) ?? [0];
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + headerLength + begin);
  }
  return file;
}
