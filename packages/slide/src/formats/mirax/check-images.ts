/**
 * Whether the images that the index lists make one slide. A coarse image is made of finer ones, so that a list of either that ended early shows; and two
 * images cannot lie in the same bytes.
 */
import { damagedMirax, type ImageRecords } from './index-file.js';
import type { MiraxLevel, Slidedat } from './slidedat.js';

const RECORD_WORDS = 4;

/** Images of a level, and what its images are. */
export interface LevelImages {
  readonly number: number;
  readonly level: MiraxLevel;
  readonly records: ImageRecords;
}

/**
 * Every image of a level lies in one of the next coarser level, and every coarse one holds at least one.
 *
 * @param levels from fine to coarse
 * @throws {SlideError} `bad-input` for a level without images, and for one that lacks what another has
 */
export function checkPyramid(levels: readonly LevelImages[], { across }: Slidedat, subject: string): void {
  const fail = (problem: string) => damagedMirax(subject, `Index.dat: ${problem}`);
  let finer: LevelImages | undefined;
  for (const one of levels) {
    if (one.records.length === 0) throw fail(`level ${one.number} has no images`);
    const { concat } = one.level;
    const cornerOf = (place: number): number => {
      const [x, y] = [place % across, Math.floor(place / across)];
      return place - (x % concat) - (y % concat) * across;
    };
    if (finer !== undefined) {
      const found = new Set(finer.records.filter((_, i) => i % RECORD_WORDS === 0).map(cornerOf));
      for (let i = 0; i < one.records.length; i += RECORD_WORDS) {
        const place = one.records[i] ?? -1;
        if (found.delete(place)) continue;
        throw fail(`level ${one.number} has an image at place ${place} of which level ${finer.number} has no part`);
      }
      for (const place of found)
        throw fail(`level ${finer.number} has images at place ${place} and level ${one.number} none`);
    }
    finer = one;
  }
}

/**
 * @param sizes of the data files, bytes
 * @param names of the data files
 * @returns how many images lie in exactly the bytes of another
 * @throws {SlideError} `bad-input` for images that pass the end of their file, or lie partly in the bytes of another
 */
export function checkBytes(
  levels: readonly LevelImages[],
  sizes: readonly number[],
  names: readonly string[],
  subject: string,
): number {
  const words = Int32Array.from({ length: levels.reduce((sum, { records }) => sum + records.length, 0) });
  let to = 0;
  for (const { records } of levels) {
    words.set(records, to);
    to += records.length;
  }
  const offset = (image: number): number => words[image * RECORD_WORDS + 1] ?? 0;
  const bytes = (image: number): number => words[image * RECORD_WORDS + 2] ?? 0;
  const file = (image: number): number => words[image * RECORD_WORDS + 3] ?? 0;
  const order = Uint32Array.from({ length: words.length / RECORD_WORDS }, (_, i) => i);
  order.sort((a, b) => file(a) - file(b) || offset(a) - offset(b) || bytes(a) - bytes(b));
  let shared = 0;
  let before = -1;
  for (const image of order) {
    const [start, end] = [offset(image), offset(image) + bytes(image)];
    const name = names[file(image)] ?? '';
    if (end > (sizes[file(image)] ?? 0)) {
      throw damagedMirax(subject, `${name}: ${bytes(image)} bytes at ${start} pass its end`);
    }
    if (before >= 0 && file(before) === file(image) && start < offset(before) + bytes(before)) {
      if (start !== offset(before) || bytes(image) !== bytes(before)) {
        throw damagedMirax(subject, `Index.dat: two images share bytes of ${name} at ${start}`);
      }
      shared++;
    }
    before = image;
  }
  return shared;
}
