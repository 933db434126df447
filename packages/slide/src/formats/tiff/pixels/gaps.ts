/**
 * Blocks that a scanner never wrote. They are blank paper whatever their samples would mean: a palette may have no white, and of MONOCHROME1 or inks the
 * largest sample is black. So the pixels are made white (or the page's own `blank`) after they have become RGB.
 */
import type { Window } from '../../placed/placed-tiles.js';
import type { TiffPage } from '../page.js';

/** A sample of a plane whose block alone is missing, so that it adds no colour. */
export const emptySample = ({ photometric, blank }: TiffPage): number =>
  photometric === 'cmyk' || photometric === 'white-is-zero' ? 0 : blank;

/**
 * Fills what is blank in every plane.
 * @param rgb of a window of this width; changed in place
 * @param planes gaps of each plane, inside the window
 */
export function fillGaps(
  rgb: Uint8Array,
  width: number,
  [first = [], ...others]: readonly (readonly Window[])[],
  { blank }: TiffPage,
): void {
  for (const gap of first) {
    if (!others.every((gaps) => gaps.some((other) => isSame(other, gap)))) continue;
    for (let y = gap.y; y < gap.y + gap.height; y++) {
      const start = (y * width + gap.x) * 3;
      rgb.fill(blank, start, start + gap.width * 3);
    }
  }
}

const isSame = (a: Window, b: Window): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
