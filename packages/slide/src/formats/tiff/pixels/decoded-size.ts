/**
 * Refuses files of which a few kilobytes decode to gigabytes, before anything is decoded: they are made to exhaust whoever opens them. Blank paper
 * compresses well too, so that the limits lie far beyond what scanners and label images reach.
 */
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import type { TiffPage, TiffSlide } from '../page.js';

/** Below this any compression is accepted, bytes. */
const HARMLESS = 2 ** 31;
/** Decoded bytes per byte of the file. */
const MAX_RATIO = { picture: 500, labels: 20_000 } as const;

/** @throws {SlideError} `unsupported`, with both sizes */
export async function refuseBombs({ levels }: TiffSlide, source: ByteSource): Promise<void> {
  for (const { pages } of levels) {
    for (const page of pages) {
      if (!isSuspicious(page, pageBytes(page), source.size)) continue;
      // Blocks that were left out cost nothing.
      const decoded = await presentBytes(page);
      refuseBomb(`${page.name}: `, decoded, source, page.content);
    }
  }
}

/**
 * @param prefix of the sentence, such as `page 0: `
 * @param decoded bytes
 * @throws {SlideError} `unsupported` where that is too much for the file's size
 */
export function refuseBomb(
  prefix: string,
  decoded: number,
  { name, size: stored }: Pick<ByteSource, 'name' | 'size'>,
  content: TiffPage['content'] = 'picture',
): void {
  if (!isSuspicious({ content }, decoded, stored)) return;
  throw new SlideError(
    'unsupported',
    `${prefix}${size(stored)} would decode to ${size(decoded)}, more than ${MAX_RATIO[content]} times as much`,
    { subject: name, hint: 'leave blank tiles out (a sparse TIFF), or save it at a lower resolution' },
  );
}

const pageBytes = ({ width, height, samples, bits }: TiffPage): number => (width * height * samples * bits) / 8;

const isSuspicious = ({ content }: Pick<TiffPage, 'content'>, decoded: number, stored: number): boolean =>
  decoded > HARMLESS && decoded > MAX_RATIO[content] * stored;

async function presentBytes(page: TiffPage): Promise<number> {
  let present = 0;
  for (let index = 0; index < page.index.length; index++) {
    if ((await page.index.locate(index)).bytes > 0) present++;
  }
  return (pageBytes(page) * present) / page.index.length;
}

/** Such as `16.0 kB`, `4.8 GB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
