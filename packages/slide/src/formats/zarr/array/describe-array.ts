/** Reads the metadata of an array, of Zarr's version 2 or 3, and refuses by name what cannot become pixels. */
import type { FileFolder } from '../../../source/file-folder.js';
import {
  damagedZarr,
  isRecord,
  type JsonRecord,
  listOf,
  memberOf,
  numbersOf,
  readJson,
  unsupportedZarr,
} from '../json.js';
import { codecsV3 } from './codecs-v3.js';
import { type ByteCodec, chunkBytes, MAX_CHUNK_BYTES, MAX_SIDE, type ZarrArray } from './zarr-array.js';

/** Of NumPy's names and Zarr's own. */
const DEPTHS: Readonly<Record<string, { readonly bits: 8 | 16; readonly littleEndian: boolean }>> = {
  '|u1': { bits: 8, littleEndian: true },
  '<u1': { bits: 8, littleEndian: true },
  '>u1': { bits: 8, littleEndian: true },
  '<u2': { bits: 16, littleEndian: true },
  '>u2': { bits: 16, littleEndian: false },
  uint8: { bits: 8, littleEndian: true },
  uint16: { bits: 16, littleEndian: true },
};
const COMPRESSORS: ReadonlySet<unknown> = new Set(['blosc', 'zlib', 'gzip', 'zstd', 'lz4']);
const MAX_DIMENSIONS = 5;

/**
 * @param path of the array in the folder
 * @throws {SlideError} `unsupported` for samples and compressions that are not read, `bad-input` for what is missing or contradicts itself
 */
export async function describeArray(folder: FileFolder, path: string, version: 2 | 3): Promise<ZarrArray> {
  const file = `${path}/${version === 2 ? '.zarray' : 'zarr.json'}`;
  const metadata = await readJson(folder, file);
  if (metadata === undefined) throw damagedZarr(folder, file, 'the metadata of this level are missing');
  const get = (key: string): unknown => memberOf(metadata, key);
  const fail = (problem: string) => damagedZarr(folder, file, problem);
  if (get('zarr_format') !== version) throw fail(`its "zarr_format" is ${JSON.stringify(get('zarr_format'))}`);
  if (version === 3 && get('node_type') !== 'array') throw fail('this is no array');

  const shape = numbersOf(get('shape'));
  if (shape === undefined || shape.length > MAX_DIMENSIONS || !shape.every((side) => isSide(side))) {
    throw fail(`"shape" must be up to ${MAX_DIMENSIONS} whole numbers from 1 to ${MAX_SIDE}`);
  }
  const type = get(version === 2 ? 'dtype' : 'data_type');
  const depth = typeof type === 'string' && Object.hasOwn(DEPTHS, type) ? DEPTHS[type] : undefined;
  if (depth === undefined) {
    throw unsupportedZarr(folder, `${path}: samples of type ${JSON.stringify(type) ?? 'none'} are not supported`);
  }
  const form = version === 2 ? formV2(folder, file, metadata, shape) : codecsV3(folder, file, metadata, shape);
  const array: ZarrArray = { path, shape, ...depth, ...form, fill: fillOf(get('fill_value'), depth.bits, fail) };
  if (array.chunk.length !== shape.length || !array.chunk.every((side) => isSide(side))) {
    throw fail('its chunks must have as many dimensions as the array, each at least 1');
  }
  if (chunkBytes(array) > MAX_CHUNK_BYTES) {
    const megabytes = MAX_CHUNK_BYTES / 2 ** 20;
    const problem = `${path}: chunks of ${array.chunk.join(' x ')} samples take more than ${megabytes} MB`;
    throw unsupportedZarr(folder, problem, 'save it with chunks of about 1024 x 1024');
  }
  return array;
}

const isSide = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;

type Form = Pick<ZarrArray, 'chunk' | 'order' | 'codecs' | 'shards' | 'keyOf'>;

/** Version 2: one compressor, chunks named by their numbers. */
function formV2(folder: FileFolder, file: string, metadata: JsonRecord, shape: readonly number[]): Form {
  const get = (key: string): unknown => memberOf(metadata, key);
  const [compressor, order] = [get('compressor'), get('order')];
  const id = isRecord(compressor) ? memberOf(compressor, 'id') : undefined;
  if (compressor !== null && compressor !== undefined && !COMPRESSORS.has(id)) {
    throw unsupportedZarr(folder, `${file}: the compressor ${JSON.stringify(id) ?? 'without a name'} is not supported`);
  }
  if (listOf(get('filters')).length > 0) throw unsupportedZarr(folder, `${file}: filters are not supported`);
  if (order !== 'C' && order !== 'F') throw damagedZarr(folder, file, '"order" must be "C" or "F"');
  const separator = get('dimension_separator') ?? '.';
  if (separator !== '.' && separator !== '/') {
    throw damagedZarr(folder, file, '"dimension_separator" must be "." or "/"');
  }
  const dimensions = shape.map((_, i) => i);
  return {
    chunk: numbersOf(get('chunks')) ?? [],
    order: order === 'C' ? dimensions : dimensions.reverse(),
    codecs: [...COMPRESSORS].filter((name): name is ByteCodec => name === id),
    shards: undefined,
    keyOf: (place) => place.join(separator),
  };
}

function fillOf(value: unknown, bits: number, fail: (problem: string) => Error): number {
  // Version 2 allows chunks to be missing without a value; other readers make zeros of them.
  if (value === null || value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value;
  throw fail(`"fill_value" must be a whole number from 0 to ${2 ** bits - 1}`);
}
