/**
 * Decoders in Node: zlib and libvips do their work on the thread pool, so blocks decode side by side.
 */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import sharp from 'sharp';
import { nativeReader } from '../native.node.js';
import type { Codecs, EncodedBlock } from './codecs.js';
import { jpeg2000Decoder } from './jpeg-2000.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';
import { decodeLzw } from './lzw.js';
import { decodePackBits } from './packbits.js';
import { decodeTurbo } from './turbo.node.js';
import { decodeZstd } from './zstd.js';

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

async function decodeDeflate({ data, bytes }: EncodedBlock): Promise<Uint8Array> {
  // A little room: writers pad the last strip of a page. Beyond it zlib stops, which is what ends a decompression bomb.
  const out = await inflateAsync(data, { maxOutputLength: 2 * bytes + 65536 });
  // Views of a plain array are made much faster than those of Node's Buffer, and rows are copied by views.
  return new Uint8Array(out.buffer, out.byteOffset, out.length);
}

/** A complete JPEG or WebP stream to 8-bit grey or RGB. */
async function decodePicture(stream: Uint8Array, { width, height, samples }: EncodedBlock): Promise<Uint8Array> {
  const { data, info } = await sharp(stream, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: 4 * width * Math.max(height, 256),
  })
    .toColourspace(samples === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height < height || info.channels !== samples) {
    throw new Error(
      `it has ${info.width} x ${info.height} pixels of ${info.channels} samples, not ${width} x ${height} of ${samples}`,
    );
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

/** The package is CommonJS and finds its WebAssembly beside itself. */
const decodeJpeg2000 = jpeg2000Decoder(async () => {
  const { default: start } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const silent = (): void => undefined;
  return start({ print: silent, printErr: silent });
});

async function decodeJpegBlock(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  return (await decodeTurbo(block)) ?? decodePicture(completeJpeg(block), block);
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
  webp: (block) => decodePicture(block.data, block),
};
