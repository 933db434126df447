/** A TIFF as a `Slide`. */
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { SlideRuntime } from '../format.js';
import { openTiff } from './open-tiff.js';
import { slideOfPages } from './pages-slide.js';
import { refuseBombs } from './pixels/refuse-bombs.js';
import { blankWarnings } from './pixels/stored-blocks.js';
import { refuseUnstatedRange } from './pixels/value-range.js';

/**
 * Opens a TIFF over any source of bytes; the slide closes the source.
 * @throws {SlideError} as `openTiff` says
 */
export async function openTiffSlide(
  source: ByteSource,
  { codecs, makeShrinker }: Pick<SlideRuntime, 'codecs' | 'makeShrinker'>,
): Promise<Slide> {
  const tiff = await openTiff(source, { codecs, content: 'picture' });
  await refuseBombs(tiff, source);
  await refuseUnstatedRange(tiff, { source });
  const warnings = [...(tiff.warnings ?? []), ...(await blankWarnings(tiff.levels[0]))];
  const slide = { ...tiff, warnings, countsStored: true };
  return slideOfPages(slide, { source, makeShrinker });
}
