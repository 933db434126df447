/**
 * Where a page's tiles or strips lie. A slide has a hundred thousand of them and a window touches nine: the tables are
 * read in slices, when a block of the slice is first asked for.
 */

import type { BlockIndex } from '../page.js';
import { damaged, readNumbers, type TiffEntry, type TiffFile } from './file.js';

/** Entries per slice: 32 KiB of a BigTIFF's table. */
const SLICE = 4096;

type Slice = { readonly offsets: readonly number[]; readonly counts: readonly number[] };

/**
 * @param counts undefined where the file leaves it out, which only uncompressed strips may
 * @param bytesOf size of a block without compression; undefined where blocks are compressed
 */
export function blockIndex(
  file: TiffFile,
  page: string,
  length: number,
  tables: { readonly offsets: TiffEntry; readonly counts: TiffEntry | undefined },
  bytesOf: ((index: number) => number) | undefined,
): BlockIndex {
  const slices = new Map<number, Promise<Slice>>();
  const read = async (slice: number): Promise<Slice> => {
    const from = slice * SLICE;
    const range = { from, count: Math.min(SLICE, length - from) };
    const [offsets, counts] = await Promise.all([
      readNumbers(file, tables.offsets, page, range),
      tables.counts === undefined
        ? Array.from({ length: range.count }, (_, i) => bytesOf?.(from + i) ?? 0)
        : readNumbers(file, tables.counts, page, range),
    ]);
    return { offsets, counts };
  };
  return {
    length,
    locate: async (index) => {
      if (!(index >= 0 && index < length)) throw new RangeError(`${page} has no block ${index}`);
      const number = Math.floor(index / SLICE);
      let slice = slices.get(number);
      if (slice === undefined) {
        slice = read(number);
        // A cancelled or failed read is tried again by the next one who asks.
        slice.catch(() => slices.delete(number));
        slices.set(number, slice);
      }
      const { offsets, counts } = await slice;
      const [offset = 0, stated = 0] = [offsets[index % SLICE], counts[index % SLICE]];
      const needed = bytesOf?.(index) ?? stated;
      // Uncompressed samples need what they need: some writers state more, and some nothing of blocks that have a place.
      const bytes = stated === 0 ? needed : Math.min(stated, needed);
      if (offset === 0 || bytes === 0) return { offset: 0, bytes: 0 };
      if (!(offset > 0 && bytes > 0 && offset + bytes <= file.source.size)) {
        throw damaged(file, `${page}, block ${index}`, `${bytes} bytes at ${offset} pass the end of the file`);
      }
      return { offset, bytes };
    },
  };
}
