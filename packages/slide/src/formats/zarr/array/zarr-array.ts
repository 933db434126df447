/** An array of Zarr as its metadata describe it, whichever version wrote them. */

/** How bytes of a chunk are stored; `crc32c` is a sum behind them, the others are compressions. */
export type ByteCodec = 'crc32c' | 'blosc' | 'zlib' | 'gzip' | 'zstd' | 'lz4';

/** Chunks that lie together in one file. */
export interface Shards {
  /** Chunks of a shard along each dimension. */
  readonly counts: readonly number[];
  readonly indexAt: 'start' | 'end';
  /** A sum of four bytes follows the index. */
  readonly indexSum: boolean;
}

export interface ZarrArray {
  /** Place in the folder, such as `0` or `series/0`. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly bits: 8 | 16;
  readonly littleEndian: boolean;
  /** Of chunks that are missing. */
  readonly fill: number;
  /** Dimensions as they lie in a chunk, the slowest first. */
  readonly order: readonly number[];
  /** In the order in which they were applied. */
  readonly codecs: readonly ByteCodec[];
  readonly shards: Shards | undefined;
  /** Name of the file of a chunk, or of a shard, below `path`. */
  keyOf(place: readonly number[]): string;
}

/** A decoded chunk takes no more, bytes: it is made whole for any pixel in it. */
export const MAX_CHUNK_BYTES = 64 << 20;
/** Pixels; more cannot be counted in whole numbers. */
export const MAX_SIDE = 2 ** 31 - 1;

export const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1);

export const chunkBytes = ({ chunk, bits }: Pick<ZarrArray, 'chunk' | 'bits'>): number => (product(chunk) * bits) / 8;
