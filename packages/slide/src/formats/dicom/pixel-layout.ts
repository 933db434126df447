/** What the samples of an instance are, in the terms of a page. Source: PS3.3, C.7.6.3.1; PS3.5, 8.2. */
import type { Photometric } from '../../codecs/codec.js';
import { SlideError } from '../../slide-error.js';
import { chromaBytes } from '../tiff/pixels/chroma.js';
import type { Instance } from './instance.js';
import { numberOf, textOf } from './structure/data-set.js';
import { neededNumber } from './structure/read-file.js';
import { Tag } from './structure/tags.js';

export interface PixelLayout {
  readonly photometric: Photometric;
  readonly samples: 1 | 3;
  readonly bits: 8 | 16;
  readonly usedBits: number;
  /** Samples are stored as YCbCr, not inside JPEG or the like. */
  readonly chroma: boolean;
  readonly subsampling: readonly [number, number];
  readonly planar: boolean;
  /** Bytes of a frame without compression. */
  readonly frameBytes: number;
}

interface Colours {
  readonly photometric: Photometric;
  readonly samples: 1 | 3;
  /** Of chroma outside JPEG and JPEG 2000. */
  readonly subsampling?: readonly [number, number];
  /** Colours of JPEG 2000, whose codestream holds the transform. */
  readonly only?: 'jpeg-2000';
}

const COLOURS: Readonly<Record<string, Colours | undefined>> = {
  MONOCHROME1: { photometric: 'white-is-zero', samples: 1 },
  MONOCHROME2: { photometric: 'black-is-zero', samples: 1 },
  RGB: { photometric: 'rgb', samples: 3 },
  YBR_FULL: { photometric: 'ycbcr', samples: 3, subsampling: [1, 1] },
  YBR_FULL_422: { photometric: 'ycbcr', samples: 3, subsampling: [2, 1] },
  YBR_ICT: { photometric: 'ycbcr', samples: 3, only: 'jpeg-2000' },
  YBR_RCT: { photometric: 'ycbcr', samples: 3, only: 'jpeg-2000' },
};

/** Codecs that give back samples as they were, and know nothing of colours. */
const AS_STORED: ReadonlySet<string> = new Set(['none', 'dicom-rle', 'jpeg-ls']);

const hint = 'export it as 8-bit RGB from its archive, or as TIFF';

/** @throws {SlideError} `unsupported` for samples that cannot be shown as 8-bit colour, `bad-input` for a contradiction */
export function pixelLayout({ file, tileWidth, tileHeight }: Instance): PixelLayout {
  const { set, syntax, source } = file;
  const refuse = (problem: string): SlideError =>
    new SlideError('unsupported', problem, { subject: source.name, hint });
  const stated = textOf(set, Tag.PhotometricInterpretation) ?? '';
  const colours = COLOURS[stated];
  if (colours === undefined || (colours.only !== undefined && colours.only !== syntax.codec)) {
    throw refuse(`the colours ${JSON.stringify(stated.slice(0, 32))} in ${syntax.codec} data are not supported`);
  }
  const samples = neededNumber(file, Tag.SamplesPerPixel, 'SamplesPerPixel');
  if (samples !== colours.samples) throw refuse(`${samples} samples per pixel do not go with ${stated}`);
  const bits = neededNumber(file, Tag.BitsAllocated, 'BitsAllocated');
  const usedBits = numberOf(set, Tag.BitsStored) ?? bits;
  const isLow = (numberOf(set, Tag.HighBit) ?? usedBits - 1) === usedBits - 1;
  const isSigned = (numberOf(set, Tag.PixelRepresentation) ?? 0) !== 0;
  const fits = (bits === 8 && usedBits === 8) || (bits === 16 && usedBits >= 8 && usedBits <= 16);
  if (!fits || !isLow || isSigned || (bits === 16 && (syntax.codec === 'jpeg' || colours.photometric === 'ycbcr'))) {
    const what = `${usedBits} ${isSigned ? 'signed ' : ''}bits in ${bits}`;
    throw refuse(`samples of ${what} (${stated}, ${syntax.codec}) are not supported`);
  }
  const chroma = AS_STORED.has(syntax.codec) && colours.photometric === 'ycbcr';
  // Run lengths and JPEG-LS keep as many samples of each, whatever the colours are called.
  const isFull = chroma && syntax.codec !== 'none';
  const subsampling = isFull ? ([1, 1] as const) : (colours.subsampling ?? ([1, 1] as const));
  const planar = samples === 3 && syntax.codec === 'none' && numberOf(set, Tag.PlanarConfiguration) === 1;
  if (planar && chroma) throw refuse(`${stated} in planes is not supported`);
  return {
    photometric: colours.photometric,
    samples: colours.samples,
    bits: bits === 8 ? 8 : 16,
    usedBits,
    chroma,
    subsampling,
    planar,
    frameBytes: chroma
      ? chromaBytes(subsampling, tileWidth, tileHeight)
      : tileWidth * tileHeight * samples * (bits / 8),
  };
}
