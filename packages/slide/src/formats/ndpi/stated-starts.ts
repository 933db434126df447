/** The file's own list of restart intervals, read in slices when one of the slice is first asked for: a slide has a million. */
import { type Directory, readNumbers, type TiffEntry, type TiffFile } from '../tiff/structure/file.js';
import { NdpiTag } from './tags.js';

const SLICE = 4096;
const LONG = 4;

export interface StatedStarts {
  /** Where in the file an interval is said to begin; nobody has checked it. */
  startOf(interval: number): Promise<number>;
}

/**
 * @param jpeg where in the file the level's JPEG begins
 * @param count restart intervals of the JPEG
 * @returns undefined for a level without a list, or with one of another length
 */
export function statedStarts(
  file: TiffFile,
  { entries, name }: Directory,
  jpeg: number,
  count: number,
): StatedStarts | undefined {
  const [low, high] = [entries.get(NdpiTag.RestartStarts), entries.get(NdpiTag.RestartStartsHigh)];
  const fits = (entry: TiffEntry | undefined): entry is TiffEntry => entry?.count === count && entry.type === LONG;
  if (!fits(low) || (high !== undefined && !fits(high))) return undefined;
  const slices = new Map<number, Promise<Float64Array>>();
  const read = async (slice: number): Promise<Float64Array> => {
    const from = slice * SLICE;
    const range = { from, count: Math.min(SLICE, count - from) };
    const [below, above] = await Promise.all([
      readNumbers(file, low, name, range),
      high === undefined ? [] : readNumbers(file, high, name, range),
    ]);
    return Float64Array.from(below, (start, i) => jpeg + start + (above[i] ?? 0) * 2 ** 32);
  };
  return {
    startOf: async (interval) => {
      const number = Math.floor(interval / SLICE);
      let slice = slices.get(number);
      if (slice === undefined) {
        slice = read(number);
        // A failed read is tried again by the next one who asks.
        slice.catch(() => slices.delete(number));
        slices.set(number, slice);
      }
      return (await slice)[interval % SLICE] ?? 0;
    },
  };
}
