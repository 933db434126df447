/**
 * NumPy's .npy format (versions 1 to 3; C order, little-endian): prepared data sets are .npy files, so that Python can
 * map them too. The header is read and written by itself, so that files larger than memory can be handled in pieces.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { FtuError } from '../errors.js';

const TYPES = {
  uint8: { descr: '|u1', make: (b: ArrayBufferLike, o: number, n: number) => new Uint8Array(b, o, n), bytes: 1 },
  bool: { descr: '|b1', make: (b: ArrayBufferLike, o: number, n: number) => new Uint8Array(b, o, n), bytes: 1 },
  int8: { descr: '|i1', make: (b: ArrayBufferLike, o: number, n: number) => new Int8Array(b, o, n), bytes: 1 },
  uint16: { descr: '<u2', make: (b: ArrayBufferLike, o: number, n: number) => new Uint16Array(b, o, n), bytes: 2 },
  int16: { descr: '<i2', make: (b: ArrayBufferLike, o: number, n: number) => new Int16Array(b, o, n), bytes: 2 },
  uint32: { descr: '<u4', make: (b: ArrayBufferLike, o: number, n: number) => new Uint32Array(b, o, n), bytes: 4 },
  int32: { descr: '<i4', make: (b: ArrayBufferLike, o: number, n: number) => new Int32Array(b, o, n), bytes: 4 },
  int64: { descr: '<i8', make: (b: ArrayBufferLike, o: number, n: number) => new BigInt64Array(b, o, n), bytes: 8 },
  float32: { descr: '<f4', make: (b: ArrayBufferLike, o: number, n: number) => new Float32Array(b, o, n), bytes: 4 },
  float64: { descr: '<f8', make: (b: ArrayBufferLike, o: number, n: number) => new Float64Array(b, o, n), bytes: 8 },
} as const;

export type NpyDtype = keyof typeof TYPES;
export type NpyData = ReturnType<(typeof TYPES)[NpyDtype]['make']>;

export interface NpyHeader {
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  /** Bytes before the first element. */
  readonly dataOffset: number;
  /** Bytes of one element. */
  readonly itemBytes: number;
}

export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  /** C order; `bool` as 0 and 1. */
  readonly data: NpyData;
}

const isDtype = (name: string): name is NpyDtype => Object.hasOwn(TYPES, name);

const elements = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

function fail(problem: string, subject = '.npy data', code: 'bad-input' | 'unsupported' = 'bad-input'): never {
  throw new FtuError(code, problem, { subject });
}

function parseShape(text: string | undefined, subject: string | undefined): number[] {
  if (text === undefined) return fail('the .npy header has no shape', subject);
  const shape = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) fail(`bad shape (${text})`, subject);
  return shape;
}

/**
 * Reads the header at the beginning of `bytes`, which may be only the first part of a file (10,000 bytes are plenty).
 *
 * @param subject The file, for error messages.
 * @throws FtuError `bad-input` if it is not .npy or is cut off, `unsupported` for Fortran order, big-endian and other element types.
 * @example
 * const { shape, dataOffset } = readNpyHeader(firstBytes, path);
 */
export function readNpyHeader(bytes: Uint8Array, subject?: string): NpyHeader {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (magic.some((byte, i) => bytes[i] !== byte)) fail('this is not a NumPy .npy file', subject);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) fail(`.npy version ${version} is not known`, subject, 'unsupported');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) fail('the .npy header is cut off', subject);
  const dataOffset = prefix + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < dataOffset) fail('the .npy header is cut off', subject);
  // ASCII but for field names of structured arrays, which are refused anyway.
  const header = String.fromCharCode(...bytes.subarray(prefix, dataOffset));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  if (descr === undefined) fail('structured .npy arrays cannot be read', subject, 'unsupported');
  if (/'fortran_order'\s*:\s*True/.test(header)) {
    throw new FtuError('unsupported', 'the array is in Fortran order', {
      ...(subject === undefined ? {} : { subject }),
      hint: 'save it with np.save(path, np.ascontiguousarray(array))',
    });
  }
  const shape = parseShape(/'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1], subject);
  for (const [dtype, type] of Object.entries(TYPES)) {
    const same = type.bytes === 1 ? type.descr.slice(1) === descr.slice(1) : type.descr === descr;
    if (same && isDtype(dtype)) return { shape, dtype, dataOffset, itemBytes: type.bytes };
  }
  return fail(`elements of type "${descr}" cannot be read`, subject, 'unsupported');
}

/**
 * The header of a C-order array, padded so that the data begin at a multiple of 64 bytes; write the elements right after it.
 *
 * @example
 * await file.write(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
 */
export function writeNpyHeader({ shape, dtype }: Pick<NpyArray, 'shape' | 'dtype'>): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${TYPES[dtype].descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // Version 1 stores the header's length in 16 bits: arrays with thousands of dimensions, which would not fit, do not exist.
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const padded = `${text.padEnd(total - 10 - 1)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  for (let i = 0; i < padded.length; i++) bytes[10 + i] = padded.charCodeAt(i);
  return bytes;
}

function dtypeOf(data: NpyData): NpyDtype {
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint16Array) return 'uint16';
  if (data instanceof Int16Array) return 'int16';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return data instanceof Float32Array ? 'float32' : 'float64';
}

/**
 * A whole .npy file (version 1.0, C order).
 *
 * @param array `dtype` follows from the data; give 'bool' to mark a Uint8Array of 0 and 1 as truth values.
 * @throws FtuError `bad-input` when the data do not fill the shape.
 * @example
 * await writeFileAtomic('mask.npy', encodeNpy({ shape: [mask.height, mask.width], data: mask.data }));
 */
export function encodeNpy(array: {
  readonly shape: readonly number[];
  readonly data: NpyData;
  readonly dtype?: 'bool';
}): Uint8Array {
  const { shape, data } = array;
  if (elements(shape) !== data.length) fail(`${data.length} elements do not fill the shape (${shape.join(', ')})`);
  const header = writeNpyHeader({ shape, dtype: array.dtype ?? dtypeOf(data) });
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/**
 * A whole .npy file as an array. The data share memory with `bytes` where their alignment allows it.
 *
 * @throws FtuError as `readNpyHeader`, and `bad-input` when the file is shorter or longer than its header says.
 * @example
 * const { shape, data } = decodeNpy(await readFile(path), path);
 */
export function decodeNpy(bytes: Uint8Array, subject?: string): NpyArray {
  const { shape, dtype, dataOffset, itemBytes } = readNpyHeader(bytes, subject);
  const length = elements(shape);
  const expected = dataOffset + length * itemBytes;
  if (bytes.length !== expected) {
    fail(`the file has ${bytes.length} bytes where its header says ${expected}`, subject);
  }
  const start = bytes.byteOffset + dataOffset;
  const data =
    start % itemBytes === 0
      ? TYPES[dtype].make(bytes.buffer, start, length)
      : TYPES[dtype].make(bytes.slice(dataOffset).buffer, 0, length);
  return { shape, dtype, data };
}
