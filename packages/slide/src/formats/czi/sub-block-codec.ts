/**
 * How the pixels of a sub-block are stored: what compresses them, how the bytes of 16-bit samples are parted, and blue before red. What comes out is what
 * every page has: red, green and blue, or grey, samples of 16 bits little-endian.
 */
import type { Codec, EncodedBlock } from '../../codecs/codec.js';
import { parseJpegXrHeader } from '../../codecs/jpeg-xr/header.js';
import { decodeZstd } from '../../codecs/zstd.js';
import type { SubBlock } from './directory.js';
import { unsupportedCzi } from './segments.js';

export interface PixelType {
  readonly samples: 1 | 3;
  readonly bits: 8 | 16;
}

const PIXEL_TYPES: Readonly<Record<number, PixelType>> = {
  0: { samples: 1, bits: 8 },
  1: { samples: 1, bits: 16 },
  3: { samples: 3, bits: 8 },
  4: { samples: 3, bits: 16 },
};
const OTHER_TYPES: Readonly<Record<number, string>> = {
  2: 'grey floating-point',
  8: 'floating-point BGR',
  9: 'BGRA',
  10: 'complex',
  11: 'complex BGR',
  12: '32-bit grey',
  13: '64-bit',
};
const NAMES: Readonly<Record<number, string>> = {
  0: 'uncompressed',
  4: 'jpeg-xr',
  5: 'zstd',
  6: 'zstd',
};
const OTHER_NAMES: Readonly<Record<number, string>> = { 1: 'JPEG', 2: 'LZW', 3: 'lossless JPEG' };
const AGAIN = 'save it from ZEN with JPEG XR or Zstandard, or export it as OME-TIFF';

/** @throws {SlideError} `unsupported` */
export function pixelTypeOf({ pixelType }: SubBlock, subject: string): PixelType {
  const found = PIXEL_TYPES[pixelType];
  if (found !== undefined) return found;
  throw unsupportedCzi(subject, `${OTHER_TYPES[pixelType] ?? `pixels of type ${pixelType}`} (CZI) is not supported`);
}

/**
 * @param codecs of the runtime
 * @throws {SlideError} `unsupported`
 */
export function codecOf({ compression }: SubBlock, codecs: readonly Codec[], subject: string): Codec {
  const name = NAMES[compression];
  if (name === undefined) {
    const other = OTHER_NAMES[compression] ?? `compression ${compression}`;
    throw unsupportedCzi(subject, `${other} in a CZI is not supported`, AGAIN);
  }
  const jpegXr = codecs.find((codec) => codec.name === 'jpeg-xr');
  const decode = async (block: EncodedBlock): Promise<Uint8Array> => {
    if (compression !== 4) return redFirst(await stored(block, compression), block);
    if (jpegXr === undefined) throw new Error('there is no decoder for JPEG XR');
    return fitted(block, jpegXr);
  };
  return { name, codes: [], lossless: compression !== 4, decode };
}

/** Samples as they were before compression. */
async function stored(block: EncodedBlock, compression: number): Promise<Uint8Array> {
  if (compression === 0) return exact(block.data, block);
  if (compression === 5) return exact(await unpacked(block, 0), block);
  const [header = 0, kind, flags = 0] = block.data;
  // A header of one byte says nothing; one of three has a single entry, of the kind 1.
  if (header !== 1 && (header !== 3 || kind !== 1)) throw new Error(`its header of ${header} bytes is not known`);
  const samples = exact(await unpacked(block, header), block);
  const isParted = header === 3 && (flags & 1) === 1;
  if (!isParted) return samples;
  if (block.page.bits !== 16) throw new Error('the bytes of samples of 8 bits are parted');
  return joined(samples);
}

/** A byte more than is needed, so that too many are noticed. */
const unpacked = (block: EncodedBlock, from: number): Promise<Uint8Array> =>
  decodeZstd({ ...block, data: block.data.subarray(from), bytes: block.bytes + 1 });

function exact(samples: Uint8Array, { bytes }: EncodedBlock): Uint8Array {
  if (samples.length === bytes) return samples;
  throw new Error(`${samples.length > bytes ? 'more' : samples.length} bytes are there where ${bytes} are needed`);
}

/** All low bytes come first, then all high ones. */
function joined(parted: Uint8Array): Uint8Array {
  const half = parted.length / 2;
  const out = new Uint8Array(parted.length);
  for (let i = 0; i < half; i++) {
    out[2 * i] = parted[i] as number;
    out[2 * i + 1] = parted[half + i] as number;
  }
  return out;
}

/** A copy with red before blue. */
function redFirst(pixels: Uint8Array, { samples, page: { bits } }: EncodedBlock): Uint8Array {
  if (samples === 1) return pixels;
  const out = new Uint8Array(pixels);
  const size = bits / 8;
  for (let i = 0; i + 3 * size <= out.length; i += 3 * size) {
    for (let byte = 0; byte < size; byte++) {
      out[i + byte] = pixels[i + 2 * size + byte] as number;
      out[i + 2 * size + byte] = pixels[i + byte] as number;
    }
  }
  return out;
}

/**
 * Writers state the sides of pieces at the edge of a reduced level a pixel too large or too small: a row or column that is missing repeats the one beside
 * it, and one too many is left out.
 */
async function fitted(block: EncodedBlock, jpegXr: Codec): Promise<Uint8Array> {
  const { width, height, samples, page } = block;
  const header = parseJpegXrHeader(block.data);
  const isClose = Math.abs(header.width - width) <= 1 && Math.abs(header.height - height) <= 1;
  if (!isClose || (header.width === width && header.height === height)) return jpegXr.decode(block);
  const size = (samples * page.bits) / 8;
  const bytes = header.width * header.height * size;
  const decoded = await jpegXr.decode({ ...block, width: header.width, height: header.height, bytes });
  const out = new Uint8Array(block.bytes);
  for (let y = 0; y < height; y++) {
    const from = Math.min(y, header.height - 1) * header.width * size;
    for (let x = 0; x < width; x++) {
      const at = from + Math.min(x, header.width - 1) * size;
      out.set(decoded.subarray(at, at + size), (y * width + x) * size);
    }
  }
  return out;
}
