/** What images and positions say of the same photos: where they contradict each other, and what of a scan is not there. */
import { damagedMirax } from './index-file.js';
import { type PhotoPositions, photosOf } from './photo-positions.js';
import type { Slidedat } from './slidedat.js';

/** The photos of a slide, counted while the first level is placed. */
export interface TakenPhotos {
  readonly positions: PhotoPositions;
  /** Of each photo: the images of it that the first level has. */
  readonly images: Uint32Array;
}

/**
 * Photos that lie side by side in the scan lie side by side on the slide, give or take one photo, and none lies outside of it. A scanner's stage is less
 * exact than its camera, but not by that much: what is farther away is damage, and would show tissue at a wrong place.
 *
 * @param size of the slide, pixels
 * @throws {SlideError} `bad-input`
 */
export function checkPhotos(
  slidedat: Slidedat,
  { positions, images }: TakenPhotos,
  size: { readonly width: number; readonly height: number },
  subject: string,
): void {
  const { divisions, overlapX, overlapY } = slidedat;
  const [base] = slidedat.levels;
  const { across } = photosOf(slidedat);
  const [width, height] = [base.width * divisions, base.height * divisions];
  const fail = (problem: string) => damagedMirax(subject, `the positions of the photos: ${problem}`);
  const isShown = (photo: number): boolean => (images[photo] ?? 0) > 0 && hasPosition(positions, photo);
  for (const photo of images.keys()) {
    if ((images[photo] ?? 0) === 0) continue;
    if (!isShown(photo)) {
      // An image of several photos has blank parts for those that were not taken.
      if (base.concat <= divisions) throw fail(`photo ${photo} has images and no position`);
      continue;
    }
    const [x = 0, y = 0] = [positions[2 * photo], positions[2 * photo + 1]];
    if (x + width <= 0 || y + height <= 0 || x >= size.width || y >= size.height) {
      throw fail(`photo ${photo} lies at ${x}, ${y}, outside the slide of ${size.width} x ${size.height} pixels`);
    }
    const beside = [
      { other: photo % across === 0 ? -1 : photo - 1, stepX: width - overlapX, stepY: 0 },
      { other: photo - across, stepX: 0, stepY: height - overlapY },
    ];
    for (const { other, stepX, stepY } of beside) {
      if (other < 0 || !isShown(other)) continue;
      const [left = 0, top = 0] = [positions[2 * other], positions[2 * other + 1]];
      if (Math.abs(x - left - stepX) < width && Math.abs(y - top - stepY) < height) continue;
      throw fail(`the neighbours ${other} and ${photo} lie at ${left}, ${top} and ${x}, ${y}`);
    }
  }
}

/** A photo at the corner that is not the first has no position: the scanner went over it. */
export const hasPosition = (positions: PhotoPositions, photo: number): boolean =>
  photo === 0 || positions[2 * photo] !== 0 || positions[2 * photo + 1] !== 0;

/** What of the scan is not there, in clauses. A scanner goes over empty glass, so that none of this need be damage. */
export function photoNotes(slidedat: Slidedat, { positions, images }: TakenPhotos): string[] {
  const [base] = slidedat.levels;
  const whole = base.concat > slidedat.divisions ? 1 : Math.ceil(slidedat.divisions / base.concat) ** 2;
  let [taken, incomplete, untaken] = [0, 0, 0];
  for (const [photo, count] of images.entries()) {
    if (count > 0 && hasPosition(positions, photo)) taken++;
    else if (slidedat.positions !== undefined && hasPosition(positions, photo)) untaken++;
    if (count > 0 && count < whole) incomplete++;
  }
  const { length } = images;
  const share = `${taken} of ${length} places (${Math.floor((100 * taken) / length)} %) have a photo`;
  return [
    ...(taken < length ? [`${share}; the others are shown in the fill colour`] : []),
    ...(untaken > 0 ? [`places that have a position and no photo: ${untaken}`] : []),
    ...(incomplete > 0 ? [`photos that lack some of their images, shown in the fill colour: ${incomplete}`] : []),
  ];
}
