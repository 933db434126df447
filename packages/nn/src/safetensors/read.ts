/**
 * Reads safetensors from untrusted bytes: every claim of the header is checked before a single array is made.
 */
import { FtuError } from '@ftuseg/core';
import { z } from 'zod';
import type { StateDict, StateTensor } from '../state/state.js';
import { type DTypeInfo, dtypeCodes, maxHeaderBytes } from './format.js';
import { duplicateName } from './json-names.js';

const size = z.int().nonnegative();
const entrySchema = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const metadataSchema = z.record(z.string(), z.string());

export interface SafetensorsFile {
  readonly state: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Located extends DTypeInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Parses a safetensors file, in the order of its header. Arrays share memory with `bytes` where alignment allows and are
 * copies elsewhere. Throws `FtuError` for anything that is not a whole, consistent file: a truncated or oversized
 * header, invalid or ambiguous JSON, an unknown dtype, a shape that does not fill its bytes, tensors that overlap, leave holes
 * or pass the end. `subject` names the file in those messages.
 *
 * @example
 * const { state, metadata } = readSafetensors(await readFile(path), path);
 */
export function readSafetensors(bytes: Uint8Array, subject?: string): SafetensorsFile {
  const fail = (problem: string, hint = 'the file is damaged or not a safetensors file'): never => {
    throw new FtuError('bad-input', problem, { ...(subject === undefined ? {} : { subject }), hint });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return fail(`a safetensors file has at least 8 bytes, not ${bytes.length}`);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(maxHeaderBytes)) return fail(`its header claims ${declared} bytes`);
  const headerLength = Number(declared);
  if (8 + headerLength > bytes.length) {
    return fail(`its header claims ${headerLength} bytes, ${bytes.length - 8} are there`, 'the file is truncated');
  }

  const header = parseHeader(bytes.subarray(8, 8 + headerLength), fail);
  const dataStart = 8 + headerLength;
  const dataLength = bytes.length - dataStart;
  let metadata: Readonly<Record<string, string>> = {};
  const tensors: Located[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      const parsed = metadataSchema.safeParse(value);
      if (!parsed.success) return fail('its "__metadata__" is not a map of strings');
      metadata = parsed.data;
      continue;
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) return fail(`the header's entry for tensor "${name}" is malformed`);
    const { dtype: code, shape, data_offsets } = parsed.data;
    const info = dtypeCodes.get(code);
    if (info === undefined) {
      return fail(`tensor "${name}" has the dtype ${code}`, `supported are ${[...dtypeCodes.keys()].join(', ')}`);
    }
    const [begin, end] = data_offsets;
    const wanted = shape.reduce((product, length) => product * length, info.bytes);
    if (end - begin !== wanted) {
      return fail(
        `tensor "${name}" of ${code} [${shape.join(', ')}] needs ${wanted} bytes, its offsets give ${end - begin}`,
      );
    }
    if (end > dataLength) {
      return fail(`tensor "${name}" ends at byte ${end} of ${dataLength}`, 'the file is truncated');
    }
    tensors.push({ name, shape, begin, end, ...info });
  }

  let covered = 0;
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) return fail(`tensor "${name}" overlaps another`);
    if (begin > covered) return fail(`${begin - covered} bytes before tensor "${name}" belong to no tensor`);
    covered = end;
  }
  if (covered !== dataLength) return fail(`${dataLength - covered} bytes at the end belong to no tensor`);

  return { state: new Map(tensors.map((tensor) => [tensor.name, arrayOf(bytes, dataStart, tensor)])), metadata };
}

function parseHeader(bytes: Uint8Array, fail: (problem: string) => never): Readonly<Record<string, unknown>> {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    parsed = JSON.parse(text);
  } catch {
    return fail('its header is not JSON');
  }
  if (!text.startsWith('{') || !isObject(parsed)) return fail('its header is not a JSON object');
  const twice = duplicateName(text);
  if (twice !== undefined) return fail(`its header has the name "${twice}" twice`);
  return parsed;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function arrayOf(file: Uint8Array, dataStart: number, { dtype, shape, begin, end, bytes }: Located): StateTensor {
  let start = file.byteOffset + dataStart + begin;
  let buffer = file.buffer;
  const count = (end - begin) / bytes;
  if (start % bytes !== 0) {
    buffer = file.slice(dataStart + begin, dataStart + end).buffer;
    start = 0;
  }
  switch (dtype) {
    case 'float64':
      return { dtype, shape, data: new Float64Array(buffer, start, count) };
    case 'float32':
      return { dtype, shape, data: new Float32Array(buffer, start, count) };
    case 'int64':
      return { dtype, shape, data: new BigInt64Array(buffer, start, count) };
    case 'int32':
      return { dtype, shape, data: new Int32Array(buffer, start, count) };
    case 'float16':
    case 'bfloat16':
      return { dtype, shape, data: new Uint16Array(buffer, start, count) };
    default:
      return { dtype, shape, data: new Uint8Array(buffer, start, count) };
  }
}
