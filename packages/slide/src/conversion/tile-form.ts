/**
 * How the tiles of a level are stored. Tiles of one level have one form in every format that is written, so a tile of a slide is taken over as it lies in
 * its file only where its form is the level's.
 */
import { jpegColours } from '../codecs/jpeg/jpeg-colours.js';
import type { CodingStyle } from '../codecs/jpeg-2000/codestream.js';
import type { CodedColours } from '../slide.js';

export interface TileForm {
  readonly codec: 'jpeg' | 'jpeg-2000' | 'deflate';
  readonly colours: CodedColours;
  /** Luma samples for each chroma sample, across and down; 1 and 1 but for the YCbCr of a JPEG. */
  readonly subsampling: readonly [across: number, down: number];
  /** Of JPEG 2000; unset also where it differs within a tile. */
  readonly style?: CodingStyle | undefined;
}

/** JPEGs compressed here keep chroma whole from this quality on; below it is stored at half the resolution, both ways. */
const FULL_CHROMA_QUALITY = 90;

export const chromaOf = (quality: number): TileForm['subsampling'] =>
  quality >= FULL_CHROMA_QUALITY ? [1, 1] : [2, 2];

export const sameForm = (a: TileForm, b: TileForm): boolean =>
  a.codec === b.codec &&
  a.colours === b.colours &&
  a.subsampling[0] === b.subsampling[0] &&
  a.subsampling[1] === b.subsampling[1] &&
  a.style?.transform === b.style?.transform &&
  a.style?.isReversible === b.style?.isReversible;

/**
 * @param tile a complete JPEG, with Adobe's marker where it has three components
 * @returns undefined for one that is not of the baseline (progressive, or with arithmetic coding), or whose components are sampled in a way that not every
 *   format has
 */
export function formOfJpeg(tile: Uint8Array): TileForm | undefined {
  for (let at = 2; at + 10 < tile.length && tile[at] === 0xff; ) {
    const marker = tile[at + 1] as number;
    if (marker === 0xc0) return formOfFrame(tile, at);
    if (marker > 0xc0 && marker < 0xd0 && marker !== 0xc4) return undefined;
    at += 2 + (tile[at + 2] as number) * 256 + (tile[at + 3] as number);
  }
  return undefined;
}

/** @param at where the marker of the frame begins. Source: ITU-T T.81, B.2.2 */
function formOfFrame(tile: Uint8Array, at: number): TileForm | undefined {
  const components = tile[at + 9] as number;
  if (components === 1) return { codec: 'jpeg', colours: 'grey', subsampling: [1, 1] };
  if (components !== 3 || at + 18 >= tile.length) return undefined;
  const [first = 0, second, third] = [0, 1, 2].map((i) => tile[at + 11 + 3 * i]);
  if (second !== 0x11 || third !== 0x11) return undefined;
  const [across, down] = [first >> 4, first & 15];
  const isRgb = jpegColours(tile) === 'rgb';
  // TIFF has no chroma that is coarser down than across.
  const isKnown = isRgb ? first === 0x11 : [1, 2, 4].includes(across) && [1, 2, 4].includes(down) && down <= across;
  if (!isKnown) return undefined;
  return { codec: 'jpeg', colours: isRgb ? 'rgb' : 'ycbcr', subsampling: [across, down] };
}
