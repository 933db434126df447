/** How the tiles of a level are frames: their transfer syntax, and what their samples are called. Source: PS3.5, 8.2.1, 8.2.4 and A.4; PS3.3, C.8.12.4.1.5. */
import { codestreamOf, withIrreversibleTransform } from '../codecs/jpeg-2000/codestream.js';
import type { TileForm } from '../conversion/tile-form.js';

export interface FrameCoding {
  readonly syntax: string;
  readonly photometric: 'RGB' | 'YBR_FULL_422' | 'YBR_ICT' | 'YBR_RCT' | 'MONOCHROME2';
  /** Of the compression with loss. */
  readonly method: 'ISO_10918_1' | 'ISO_15444_1';
  /** A tile as it stands in the file. */
  readonly frameOf: (tile: Uint8Array) => Uint8Array;
}

const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
/** With loss or without: nothing in a codestream tells whether all of its bits were kept. */
const JPEG_2000 = '1.2.840.10008.1.2.4.91';

const JPEGS = { rgb: 'RGB', ycbcr: 'YBR_FULL_422', grey: 'MONOCHROME2' } as const;
const TRANSFORMED = { none: 'RGB', irreversible: 'YBR_ICT', reversible: 'YBR_RCT' } as const;

/** Why tiles cannot be frames; undefined: they can. */
export function refuseForm({ codec, colours, style }: TileForm): string | undefined {
  if (codec !== 'jpeg-2000') return undefined;
  if (style === undefined) return 'its JPEG 2000 is coded in different ways within a tile, for which DICOM has no name';
  if (colours === 'ycbcr' && style.isReversible)
    return 'its JPEG 2000 is YCbCr with a reversible wavelet, for which DICOM has no name';
  return undefined;
}

/** @param form for which `refuseForm` has nothing to say */
export function frameCoding({ codec, colours, style }: TileForm): FrameCoding {
  if (codec !== 'jpeg-2000') {
    return { syntax: JPEG_BASELINE, photometric: JPEGS[colours], method: 'ISO_10918_1', frameOf: (tile) => tile };
  }
  const common = { syntax: JPEG_2000, method: 'ISO_15444_1' } as const;
  if (colours === 'grey') return { ...common, photometric: 'MONOCHROME2', frameOf: codestreamOf };
  if (colours === 'rgb')
    return { ...common, photometric: TRANSFORMED[style?.transform ?? 'none'], frameOf: codestreamOf };
  // YCbCr as such is none of the values that whole slides may have: the codestream says itself that RGB is to be made of it.
  return { ...common, photometric: 'YBR_ICT', frameOf: (tile) => withIrreversibleTransform(codestreamOf(tile)) };
}
