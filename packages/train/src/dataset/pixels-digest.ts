/** Whether a run that is taken up finds the rasters that it began with. */
import { createHash } from 'node:crypto';
import type { Sources } from './sources.js';

type Digested = Pick<Sources, 'slides' | 'classes' | 'micronsPerPixel' | 'downsample'>;

/**
 * One word for the pixels and labels of all slides of a run: data sets that were prepared anew at another scale, with other colours or with other labels
 * have another. Where their files lie does not matter.
 *
 * @returns SHA-256, hexadecimal
 */
export function pixelsDigest({ slides, classes, micronsPerPixel, downsample }: Digested): string {
  const rasters = slides.map(({ key, slide }) => [key, slide.checksums ?? slide.digest]);
  const parts = [classes, micronsPerPixel, downsample, rasters];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
