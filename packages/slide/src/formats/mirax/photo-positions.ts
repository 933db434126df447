/** Where the camera's photos lie on the slide: each was placed by itself, since a stage is less exact than a picture. */
import type { Slidedat } from './slidedat.js';

const RECORD_BYTES = 9;

/** Level-0 pixels, x and y of each photo, row by row. */
export type PhotoPositions = Int32Array;

export const photosOf = ({
  across,
  down,
  divisions,
}: Slidedat): { readonly across: number; readonly down: number } => ({
  across: Math.floor(across / divisions),
  down: Math.floor(down / divisions),
});

/** Bytes of the stated positions. */
export function positionBytes(slidedat: Slidedat): number {
  const photos = photosOf(slidedat);
  return photos.across * photos.down * RECORD_BYTES;
}

/**
 * @param bytes a mark and two whole numbers for each photo, in images of the finest kind times the first level's
 * @throws {Error} for marks that are not known
 */
export function statedPositions(bytes: Uint8Array, { levels: [base] }: Slidedat): PhotoPositions {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const positions = new Int32Array((bytes.length / RECORD_BYTES) * 2);
  for (let i = 0; i * RECORD_BYTES < bytes.length; i++) {
    const mark = view.getUint8(i * RECORD_BYTES);
    if (mark > 1) throw new Error(`the mark ${mark} of photo ${i} is not known`);
    positions[2 * i] = view.getInt32(i * RECORD_BYTES + 1, true) * base.concat;
    positions[2 * i + 1] = view.getInt32(i * RECORD_BYTES + 5, true) * base.concat;
  }
  return positions;
}

/** Photos side by side with the overlap that is stated for all. */
export function evenPositions(slidedat: Slidedat): PhotoPositions {
  const { divisions, overlapX, overlapY } = slidedat;
  const [base] = slidedat.levels;
  const { across, down } = photosOf(slidedat);
  const [stepX, stepY] = [base.width * divisions - overlapX, base.height * divisions - overlapY];
  const positions = new Int32Array(across * down * 2);
  for (let i = 0; i < across * down; i++) {
    positions[2 * i] = (i % across) * stepX;
    positions[2 * i + 1] = Math.floor(i / across) * stepY;
  }
  return positions;
}
