/** What version 3 says of chunks: their grid, their names, and the codecs that they went through, with shards among them. */
import type { FileFolder } from '../../../source/file-folder.js';
import { damagedZarr, isRecord, type JsonRecord, listOf, memberOf, numbersOf, unsupportedZarr } from '../json.js';
import { MAX_SHARD_CHUNKS } from './shard-index.js';
import { type ByteCodec, product, type Shards, type ZarrArray } from './zarr-array.js';

const BYTE_CODECS: Readonly<Record<string, ByteCodec>> = {
  crc32c: 'crc32c',
  blosc: 'blosc',
  gzip: 'gzip',
  zstd: 'zstd',
  'numcodecs.blosc': 'blosc',
  'numcodecs.zlib': 'zlib',
  'numcodecs.gzip': 'gzip',
  'numcodecs.zstd': 'zstd',
  'numcodecs.lz4': 'lz4',
};

interface Named {
  readonly name: string;
  readonly configuration: JsonRecord;
}

type Form = Pick<ZarrArray, 'chunk' | 'order' | 'codecs' | 'shards' | 'keyOf'> & Partial<ZarrArray>;

/** @throws {SlideError} as `describeArray` */
export function codecsV3(folder: FileFolder, file: string, metadata: JsonRecord, shape: readonly number[]): Form {
  const fail = (problem: string) => damagedZarr(folder, file, problem);
  const refuse = (problem: string) => unsupportedZarr(folder, `${file}: ${problem}`);
  const named = (value: unknown, what: string): Named => {
    const name = typeof value === 'string' ? value : isRecord(value) ? memberOf(value, 'name') : undefined;
    if (typeof name !== 'string') throw fail(`${what} has no name`);
    const configuration = isRecord(value) ? memberOf(value, 'configuration') : undefined;
    return { name, configuration: isRecord(configuration) ? configuration : {} };
  };
  const codecList = (value: unknown): Named[] => listOf(value).map((codec) => named(codec, 'a codec'));

  if (listOf(memberOf(metadata, 'storage_transformers')).length > 0)
    throw refuse('storage transformers are not supported');
  const grid = named(memberOf(metadata, 'chunk_grid'), 'the grid of chunks');
  if (grid.name !== 'regular') throw refuse(`the grid of chunks ${JSON.stringify(grid.name)} is not supported`);
  const outer = numbersOf(memberOf(grid.configuration, 'chunk_shape')) ?? [];
  const codecs = codecList(memberOf(metadata, 'codecs'));
  const keyOf = keysOf(named(memberOf(metadata, 'chunk_key_encoding'), 'the encoding of keys'), refuse);

  const [first] = codecs;
  if (first?.name !== 'sharding_indexed')
    return { chunk: outer, shards: undefined, keyOf, ...chain(codecs, shape, refuse, fail) };
  if (codecs.length > 1) throw refuse('compressed shards are not supported');
  const inner = numbersOf(memberOf(first.configuration, 'chunk_shape')) ?? [];
  const counts = outer.map((side, i) => side / (inner[i] ?? 0));
  if (inner.length !== shape.length || !counts.every((count) => Number.isInteger(count) && count >= 1)) {
    throw fail('shards must be whole numbers of chunks');
  }
  if (product(counts) > MAX_SHARD_CHUNKS)
    throw refuse(`shards of more than ${MAX_SHARD_CHUNKS} chunks are not supported`);
  const innerCodecs = codecList(memberOf(first.configuration, 'codecs'));
  const indexCodecs = codecList(memberOf(first.configuration, 'index_codecs'));
  return {
    chunk: inner,
    shards: shardsOf(counts, indexCodecs, memberOf(first.configuration, 'index_location'), refuse),
    keyOf,
    ...chain(innerCodecs, shape, refuse, fail),
  };
}

type Fail = (problem: string) => Error;

function shardsOf(counts: readonly number[], codecs: readonly Named[], location: unknown, refuse: Fail): Shards {
  const [bytes, sum, ...more] = codecs;
  const plain = bytes?.name === 'bytes' && memberOf(bytes.configuration, 'endian') === 'little';
  if (!plain || (sum !== undefined && sum.name !== 'crc32c') || more.length > 0) {
    throw refuse('shards with a compressed or big-endian index are not supported');
  }
  const indexAt = location ?? 'end';
  if (indexAt !== 'start' && indexAt !== 'end') throw refuse('the index of a shard must be at its start or its end');
  return { counts, indexAt, indexSum: sum !== undefined };
}

function keysOf({ name, configuration }: Named, refuse: Fail): ZarrArray['keyOf'] {
  const separator = memberOf(configuration, 'separator') ?? (name === 'v2' ? '.' : '/');
  if ((name !== 'default' && name !== 'v2') || (separator !== '.' && separator !== '/')) {
    throw refuse(`the encoding of keys ${JSON.stringify(name)} with ${JSON.stringify(separator)} is not supported`);
  }
  return (place) => (name === 'v2' ? place.join(separator) : ['c', ...place].join(separator));
}

/** Transpositions, then `bytes`, then what was done to the bytes. */
function chain(
  codecs: readonly Named[],
  shape: readonly number[],
  refuse: Fail,
  fail: Fail,
): Pick<ZarrArray, 'order' | 'codecs'> & Partial<ZarrArray> {
  let order: readonly number[] = shape.map((_, i) => i);
  const split = codecs.findIndex(({ name }) => name === 'bytes');
  const bytes = codecs[split];
  if (bytes === undefined) {
    throw refuse(`the codecs ${codecs.map(({ name }) => name).join(', ') || 'none'} are not supported`);
  }
  for (const { name, configuration } of codecs.slice(0, split)) {
    if (name !== 'transpose') throw refuse(`the codec ${JSON.stringify(name)} is not supported`);
    const turned = numbersOf(memberOf(configuration, 'order')) ?? [];
    const isPermutation = turned.length === shape.length && shape.every((_, i) => turned.includes(i));
    if (!isPermutation) throw fail('"order" of a transposition must name every dimension once');
    const before = order;
    order = turned.map((i) => before[i] ?? i);
  }
  const endian = memberOf(bytes.configuration, 'endian') ?? 'little';
  if (endian !== 'little' && endian !== 'big') throw fail('"endian" must be "little" or "big"');
  const after = codecs.slice(split + 1).map(({ name }) => {
    const codec = Object.hasOwn(BYTE_CODECS, name) ? BYTE_CODECS[name] : undefined;
    if (codec === undefined) throw refuse(`the codec ${JSON.stringify(name)} is not supported`);
    return codec;
  });
  if (after.filter((codec) => codec !== 'crc32c').length > 1) throw refuse('several compressions are not supported');
  return { order, codecs: after, littleEndian: endian === 'little' };
}
