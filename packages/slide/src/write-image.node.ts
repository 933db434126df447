/**
 * Encodes rasters as PNG and JPEG, with the values exactly as they are in the raster: masks and overlays go out this way.
 */
import { FtuError, type Raster } from '@ftuseg/core';
import { writeFileAtomic } from '@ftuseg/files';
import type { Sharp } from 'sharp';
import { chromaOf } from './conversion/tile-form.js';
import { nativeReader } from './native.node.js';
import { sharp } from './sharp.node.js';

function pipeline({ width, height, channels, data }: Raster): Sharp {
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new FtuError('bad-input', `an image has 1, 3 or 4 channels, not ${channels}`);
  }
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? image.toColourspace('b-w') : image;
}

/**
 * A PNG file: grey for one channel, RGB for three, RGBA for four; lossless.
 *
 * @throws FtuError `bad-input` for other channel counts.
 * @example
 * const png = await encodePng(mask);
 */
export async function encodePng(image: Raster): Promise<Uint8Array> {
  return pipeline(image).png({ compressionLevel: 6, palette: false }).toBuffer();
}

/**
 * A JPEG file, grey or RGB, without chroma subsampling from quality 90 on.
 *
 * @param quality 1 to 100.
 * @throws FtuError `bad-input` for other channel counts.
 */
export async function encodeJpeg(image: Raster, quality = 90): Promise<Uint8Array> {
  if (image.channels === 4) throw new FtuError('bad-input', 'a JPEG has 1 or 3 channels, not 4');
  return pipeline(image)
    .jpeg({ quality, chromaSubsampling: chromaOf(quality)[0] === 1 ? '4:4:4' : '4:2:0' })
    .toBuffer();
}

/**
 * A JPEG file of a tile for a viewer: by libjpeg-turbo on the thread pool, where the addon is built, else as `encodeJpeg`.
 *
 * @param tile RGB
 * @param quality 1 to 100
 * @throws FtuError `bad-input` for other channel counts
 */
export async function encodeJpegTile(tile: Raster, quality: number): Promise<Uint8Array> {
  const { width, height, channels, data } = tile;
  if (nativeReader === undefined || width !== height || channels !== 3) return encodeJpeg(tile, quality);
  const chroma = chromaOf(quality)[0] === 1 ? 1 : 0;
  return nativeReader.encodeJpeg(data, Uint32Array.of(0, width * 3, width, height, width, 3, quality, chroma));
}

/**
 * Draws an SVG picture as a PNG file, at its own size.
 *
 * @example
 * await writeFileAtomic('curves.png', await svgToPng(svg));
 */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
}

/**
 * Writes a PNG file, whole or not at all.
 *
 * @throws FtuError `io` as `writeFileAtomic`.
 * @example
 * await writePng('slide-1.mask.png', mask);
 */
export async function writePng(path: string, image: Raster): Promise<void> {
  await writeFileAtomic(path, await encodePng(image));
}

/**
 * Writes a JPEG file, whole or not at all.
 *
 * @throws FtuError `io` as `writeFileAtomic`.
 */
export async function writeJpeg(path: string, image: Raster, quality = 90): Promise<void> {
  await writeFileAtomic(path, await encodeJpeg(image, quality));
}
