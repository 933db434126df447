/**
 * Refuses files of which a few kilobytes decode to gigabytes, before anything is decoded: they are made to exhaust whoever opens them. Blank paper
 * compresses well too, so that the limits lie far beyond what scanners and label images reach.
 */
import { SlideError } from '../slide-error.js';
import type { ByteSource } from '../source/byte-source.js';

/** Below this any compression is accepted, bytes. */
const HARMLESS_BYTES = 2 ** 31;
/** Decoded bytes per byte of the file. */
const MAX_RATIO = { picture: 500, labels: 20_000 } as const;

export type Content = keyof typeof MAX_RATIO;

/**
 * @param prefix of the sentence, such as `page 0: `
 * @param decoded bytes
 * @throws {SlideError} `unsupported` where that is too much for the file's size
 */
export function refuseBomb(
  prefix: string,
  decoded: number,
  { name, size: stored }: Pick<ByteSource, 'name' | 'size'>,
  content: Content = 'picture',
): void {
  if (!isSuspicious(content, decoded, stored)) return;
  throw new SlideError(
    'unsupported',
    `${prefix}${size(stored)} would decode to ${size(decoded)}, more than ${MAX_RATIO[content]} times as much`,
    { subject: name, hint: 'leave blank tiles out (a sparse TIFF), or save it at a lower resolution' },
  );
}

/** Whether that many bytes, made of a file of `stored` bytes, are more than any honest file holds. */
export const isSuspicious = (content: Content, decoded: number, stored: number): boolean =>
  decoded > HARMLESS_BYTES && decoded > MAX_RATIO[content] * stored;

/** Such as `16.0 kB`, `4.8 GB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
