/** Where the chunks of a shard lie in its file. Source: Zarr version 3, sharding codec. */
import type { ByteSource } from '../../../source/byte-source.js';
import { withoutSum } from './crc32c.js';
import { product, type Shards } from './zarr-array.js';

/** Chunks of a shard; their index is read whole and kept. */
export const MAX_SHARD_CHUNKS = 1 << 20;
const ENTRY_BYTES = 16;
/** Both numbers of a chunk that was left out. */
const ABSENT = 0xffffffff;

/**
 * Reads all of it, whoever stops waiting: others want it too.
 * @throws {Error} for an index that is cut off or damaged
 */
export async function readShardIndex(source: ByteSource, shards: Shards): Promise<Uint8Array> {
  const bytes = product(shards.counts) * ENTRY_BYTES + (shards.indexSum ? 4 : 0);
  if (bytes > source.size) throw new Error(`its index of ${bytes} bytes is cut off: the file has ${source.size}`);
  const stored = await source.read(shards.indexAt === 'start' ? 0 : source.size - bytes, bytes);
  return shards.indexSum ? withoutSum(stored) : stored;
}

/**
 * @param index as `readShardIndex` gives it
 * @returns undefined for a chunk that was left out
 * @throws {Error} for one that passes the end
 */
export function placeInShard(
  index: Uint8Array,
  number: number,
  size: number,
): { readonly offset: number; readonly bytes: number } | undefined {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  const at = (word: number): number => view.getUint32(number * ENTRY_BYTES + word * 4, true);
  if ([0, 1, 2, 3].every((word) => at(word) === ABSENT)) return undefined;
  const [offset, bytes] = [at(0) + at(1) * 2 ** 32, at(2) + at(3) * 2 ** 32];
  if (offset + bytes <= size) return { offset, bytes };
  throw new Error(`${bytes} bytes at ${offset} pass the end of the shard of ${size}`);
}
