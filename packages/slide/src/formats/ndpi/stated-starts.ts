/** The file's own list of restart intervals, read in slices when one of the slice is first asked for: a slide has a million. */
import { type Directory, readNumbers, type TiffEntry, type TiffFile } from '../tiff/structure/file.js';
import { NdpiTag } from './tags.js';

const SLICE = 4096;
const LONG = 4;

export interface StatedStarts {
  /** Where in the file an interval is said to begin; undefined where the list goes back and forth. Nobody has looked there. */
  startOf(interval: number): Promise<number | undefined>;
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
  let ordered = true;
  const read = async (slice: number): Promise<Float64Array> => {
    const from = slice * SLICE;
    // With the next slice's first, so that all of the list's steps are looked at.
    const range = { from, count: Math.min(SLICE + 1, count - from) };
    const [below, above] = await Promise.all([
      readNumbers(file, low, name, range),
      high === undefined ? [] : readNumbers(file, high, name, range),
    ]);
    const starts = Float64Array.from(below, (start, i) => jpeg + start + (above[i] ?? 0) * 2 ** 32);
    // Markers repeat after eight intervals: one that is taken for another eight further on would show its pixels.
    if (starts.some((start, i) => i > 0 && start <= (starts[i - 1] ?? 0))) ordered = false;
    return starts;
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
      const start = (await slice)[interval % SLICE];
      return ordered ? start : undefined;
    },
  };
}
