/**
 * Decoders in Node: zlib and libvips do their work on the thread pool, so blocks decode side by side.
 */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import sharp from 'sharp';
import { rowBytesOf } from '../formats/tiff/pixels/samples.js';
import { nativeReader } from '../native.node.js';
import type { Codecs, EncodedBlock } from './codecs.js';
import { checkScans } from './jpeg/jpeg-scan.js';
import { checkJpeg, completeJpeg } from './jpeg/jpeg-stream.js';
import { decodeTurbo } from './jpeg/turbo.node.js';
import { jpeg2000Decoder } from './jpeg-2000.js';
import { decodeLzw } from './lzw.js';
import { decodePackBits } from './packbits.js';
import { decodeZstd } from './zstd.js';

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

async function decodeDeflate({ data, page, samples, bytes }: EncodedBlock): Promise<Uint8Array> {
  // Writers pad the last strip of a page to its full height. Beyond that zlib stops, which is what ends a decompression bomb.
  const whole = page.chroma ? 2 * bytes : rowBytesOf(page, page.blockWidth * samples) * page.blockHeight;
  const out = await inflateAsync(data, { maxOutputLength: Math.max(bytes, whole) + 65536 });
  // Views of a plain array are made much faster than those of Node's Buffer, and rows are copied by views.
  return new Uint8Array(out.buffer, out.byteOffset, out.length);
}

/** A complete JPEG or WebP stream to its samples: grey or RGB, with or without opacity, or four inks. */
async function decodePicture(
  stream: Uint8Array,
  { width, height, samples }: EncodedBlock,
  format: 'jpeg' | 'webp',
): Promise<Uint8Array> {
  const picture = sharp(stream, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: 4 * width * Math.max(height, 256),
  });
  const inks = format === 'jpeg' && samples === 4;
  const space = inks ? 'cmyk' : samples === 1 ? 'b-w' : 'srgb';
  // An opaque WebP has no fourth channel, whatever the page says.
  const whole = format === 'webp' && samples === 4 ? picture.ensureAlpha() : picture;
  // Without a pipeline in CMYK, inks would pass through a profile and back.
  const plain = inks ? whole.pipelineColourspace(space) : whole;
  const { data, info } = await plain.toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height < height || info.channels !== samples) {
    throw new Error(
      `it has ${info.width} x ${info.height} pixels of ${info.channels} samples, not ${width} x ${height} of ${samples}`,
    );
  }
  const out = new Uint8Array(data.buffer, data.byteOffset, data.length);
  // libvips turns four components round, as Adobe's programs store them in files of their own; TIFFs have them as they are.
  return inks ? out.map((value) => 255 - value) : out;
}

/** The package is CommonJS and finds its WebAssembly beside itself. */
const decodeJpeg2000 = jpeg2000Decoder(async () => {
  const { default: start } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const silent = (): void => undefined;
  return start({ print: silent, printErr: silent });
});

async function decodeJpegBlock(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  const fast = await decodeTurbo(block);
  if (fast !== undefined) return fast;
  const stream = completeJpeg(block);
  // libvips passes over what libjpeg only warns of, such as an end in the middle.
  checkScans(stream);
  return decodePicture(stream, block, 'jpeg');
}

/** Every compression that this package reads in Node. */
export const nodeCodecs: Codecs = {
  none: ({ data }) => data,
  lzw: decodeLzw,
  packbits: decodePackBits,
  deflate: decodeDeflate,
  jpeg: Object.assign(decodeJpegBlock, { decodesParts: nativeReader !== undefined }),
  zstd: decodeZstd,
  'jpeg-2000-rgb': decodeJpeg2000,
  'jpeg-2000-ycbcr': decodeJpeg2000,
  webp: (block) => decodePicture(block.data, block, 'webp'),
};
