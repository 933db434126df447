/**
 * Reads chunks of arrays: from files of their own or from shards, decoded. Nothing of a size that the metadata do not allow is read into memory.
 */
import { FtuError } from '@ftuseg/core';
import type { Codec } from '../../../codecs/codec.js';
import type { ByteSource } from '../../../source/byte-source.js';
import type { FileFolder } from '../../../source/file-folder.js';
import { OpenFiles } from '../../../source/open-files.js';
import { BlockCache } from '../../tiff/pixels/block-cache.js';
import { damagedZarr } from '../json.js';
import { decodeChunk, mostStored } from './decode-chunk.js';
import { Gate } from './gate.js';
import { placeInShard, readShardIndex } from './shard-index.js';
import { chunkBytes, type ZarrArray } from './zarr-array.js';

/** Chunks that are decoded at one time, with what they are decoded from. */
const MAX_BYTES_AT_ONCE = 256 << 20;
const MAX_INDEX_BYTES = 64 << 20;

export class ChunkStore {
  readonly #folder: FileFolder;
  readonly #codecs: readonly Codec[];
  readonly #files: OpenFiles;
  readonly #indexes = new BlockCache(MAX_INDEX_BYTES);
  readonly #gate = new Gate(MAX_BYTES_AT_ONCE);

  /** @param codecs of the runtime */
  constructor(folder: FileFolder, codecs: readonly Codec[]) {
    this.#folder = folder;
    this.#codecs = codecs;
    this.#files = new OpenFiles(folder);
  }

  /**
   * Samples of a chunk as they lie in it, and what of them is to be kept.
   * @param place of the chunk in the grid of chunks
   * @param pick makes what is kept of the samples; undefined: the chunk is missing and all of it is the fill value
   * @throws {SlideError} `bad-input` for damage, naming level and chunk; FtuError `cancelled`
   */
  read(
    array: ZarrArray,
    place: readonly number[],
    pick: (samples: Uint8Array | undefined) => Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    return this.#gate.with(2 * chunkBytes(array), async () => {
      const where = `${array.path}, chunk ${place.join('/')}`;
      const check = (): void => {
        if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: this.#folder.name });
      };
      check();
      try {
        const stored = await this.#stored(array, place, signal);
        if (stored === undefined) return pick(undefined);
        const options = { codecs: this.#codecs, where, signal, check };
        return pick(await decodeChunk(stored, array.codecs, chunkBytes(array), options));
      } catch (error) {
        if (error instanceof FtuError && error.code !== 'bad-input') throw error;
        const problem =
          error instanceof FtuError ? error.problem : error instanceof Error ? error.message : String(error);
        throw damagedZarr(this.#folder, where, problem.split('\n')[0] ?? problem);
      }
    });
  }

  #stored(
    array: ZarrArray,
    place: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const { shards } = array;
    if (shards === undefined) {
      return this.#files.with(`${array.path}/${array.keyOf(place)}`, async (source) =>
        source === undefined ? undefined : readBounded(source, 0, source.size, array, signal),
      );
    }
    const { counts } = shards;
    const file = `${array.path}/${array.keyOf(place.map((at, i) => Math.floor(at / (counts[i] ?? 1))))}`;
    return this.#files.with(file, async (source) => {
      if (source === undefined) return undefined;
      const index = await this.#indexes.get(file, () => readShardIndex(source, shards), undefined);
      const number = place.reduce((sum, at, i) => sum * (counts[i] ?? 1) + (at % (counts[i] ?? 1)), 0);
      const found = placeInShard(index, number, source.size);
      return found === undefined ? undefined : readBounded(source, found.offset, found.bytes, array, signal);
    });
  }

  /** To be called when nothing is read. */
  async close(): Promise<void> {
    await this.#indexes.clear();
    await this.#files.close();
  }
}

async function readBounded(
  source: ByteSource,
  offset: number,
  bytes: number,
  array: ZarrArray,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const most = mostStored(chunkBytes(array));
  if (bytes > most) throw new Error(`${bytes} bytes are stored where at most ${most} can be`);
  return source.read(offset, bytes, { signal });
}
