/** What a TIFF's directory says of a level: its size, its tiles, how they are stored, and of the whole slide what has a tag. */
import { pixelSize, type Scale } from '@ftuseg/core';
import type { LevelGrid } from '../conversion/plan-levels.js';
import type { TileForm } from '../conversion/tile-form.js';
import type { encodeDirectory, Field } from './directory.js';

export interface StoredLevel extends LevelGrid {
  readonly form: TileForm;
  /** Deflate of differences of neighbours. */
  readonly predictor: boolean;
  /** Level-0 pixels per pixel. */
  readonly downsample: number;
  /** Where tiles lie and how long they are, row by row. */
  readonly offsets: Float64Array;
  readonly counts: Float64Array;
}

/** What is said of the slide, with its first level. */
export interface SlideFacts {
  /** Of level 0; left out where unknown. */
  readonly micronsPerPixel?: Scale | undefined;
  readonly description?: string | undefined;
  /** ICC profile of the colours. */
  readonly profile?: Uint8Array | undefined;
}

export const emptyTables = (tiles: number): Pick<StoredLevel, 'offsets' | 'counts'> => ({
  offsets: new Float64Array(tiles),
  counts: new Float64Array(tiles),
});

/** Aperio's numbers for JPEG 2000, which say what is inside and which more readers know than the registered one. */
const JPEG_2000 = { ycbcr: 33003, rgb: 33005, grey: 33005 } as const;
const PHOTOMETRIC = { grey: 1, rgb: 2, ycbcr: 6 } as const;

const short = (...values: number[]): Field => ({ type: 'short', values });
const long = (...values: number[]): Field => ({ type: 'long', values });

export function levelFields(
  { width, height, blockWidth, blockHeight, form, predictor, downsample, offsets, counts }: StoredLevel,
  { micronsPerPixel, description, profile }: SlideFacts,
): Parameters<typeof encodeDirectory>[0] {
  const { codec, colours, subsampling } = form;
  const samples = colours === 'grey' ? 1 : 3;
  const side = micronsPerPixel === undefined ? undefined : pixelSize(micronsPerPixel);
  const perCentimetre = (microns: number): number => 10_000 / (microns * downsample);
  return {
    NewSubfileType: long(downsample === 1 ? 0 : 1),
    ImageWidth: long(width),
    ImageLength: long(height),
    BitsPerSample: short(...Array<number>(samples).fill(8)),
    Compression: short(codec === 'jpeg' ? 7 : codec === 'deflate' ? 8 : JPEG_2000[colours]),
    PhotometricInterpretation: short(PHOTOMETRIC[colours]),
    SamplesPerPixel: short(samples),
    PlanarConfiguration: short(1),
    Software: { type: 'ascii', text: 'ftuseg' },
    TileWidth: long(blockWidth),
    TileLength: long(blockHeight),
    TileOffsets: { type: 'long8', values: offsets },
    TileByteCounts: { type: 'long8', values: counts },
    ...(predictor ? { Predictor: short(2) } : {}),
    ...(description === undefined ? {} : { ImageDescription: { type: 'ascii', text: description } }),
    ...(profile === undefined ? {} : { IccProfile: { type: 'undefined', bytes: profile } }),
    ...(colours === 'ycbcr'
      ? {
          YCbCrSubSampling: short(...subsampling),
          ReferenceBlackWhite: { type: 'rational', values: [0, 255, 128, 255, 128, 255] },
        }
      : {}),
    ...(side === undefined
      ? {}
      : {
          XResolution: { type: 'rational', values: [perCentimetre(side.x)] },
          YResolution: { type: 'rational', values: [perCentimetre(side.y)] },
          ResolutionUnit: short(3),
        }),
  };
}
