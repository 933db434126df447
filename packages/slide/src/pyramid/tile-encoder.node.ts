/**
 * One tile of a pyramid, compressed: JPEG by libjpeg-turbo (or libvips, where the addon is not built), Deflate by zlib,
 * all on the thread pool.
 */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { emptyRaster, type Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { nativeReader } from '../native.node.js';
import { halve } from './halve.js';
import { cutTile, type LevelShape, type Strip, tileArea } from './level-writer.js';

export interface TileEncoding {
  readonly compression: 'jpeg' | 'deflate';
  /** Of JPEG, 1 to 100. */
  readonly quality: number;
  /** Whether neighbouring values are alike, so that storing their differences makes Deflate smaller: pictures, not labels. */
  readonly predictor: boolean;
  readonly channels: 1 | 3;
  readonly tileSize: number;
}

const deflateAsync = promisify<Uint8Array, { level: number }, Buffer>(deflate);

/** Chroma is kept whole from here on; below it is stored at half the resolution. */
export const FULL_CHROMA_QUALITY = 90;

/** Tile `index` of a strip, compressed. */
export async function encodeTile(
  strip: Strip,
  index: number,
  shape: LevelShape,
  { compression, quality, channels, predictor }: TileEncoding,
): Promise<Uint8Array> {
  const { tileSize } = shape;
  if (compression === 'jpeg' && nativeReader !== undefined) {
    const { x, y, width, height } = tileArea(strip, index, shape);
    const stride = strip.pixels.width * channels;
    const chroma = quality >= FULL_CHROMA_QUALITY ? 1 : 0;
    const numbers = Uint32Array.of(
      y * stride + x * channels,
      stride,
      width,
      height,
      tileSize,
      channels,
      quality,
      chroma,
    );
    return nativeReader.encodeJpeg(strip.pixels.data, numbers);
  }
  const pixels = cutTile(strip, index, shape);
  if (compression === 'deflate') {
    if (predictor) differences(pixels, tileSize, channels);
    return deflateAsync(pixels, { level: 6 });
  }
  const image = sharp(pixels, { raw: { width: tileSize, height: tileSize, channels } });
  const chromaSubsampling = quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0';
  return (channels === 1 ? image.toColourspace('b-w') : image).jpeg({ quality, chromaSubsampling }).toBuffer();
}

/** The next level's part of a strip. */
export async function halveStrip(pixels: Raster, content: 'picture' | 'labels'): Promise<Raster> {
  if (nativeReader === undefined || content === 'labels') return halve(pixels, content === 'labels' ? 'first' : 'mean');
  const { width, height, channels, data } = pixels;
  const half = emptyRaster(Math.ceil(width / 2), Math.ceil(height / 2), channels);
  await nativeReader.halve(data, half.data, Uint32Array.of(width, height, channels));
  return half;
}

/** TIFF's predictor 2: each sample less the one to its left. */
function differences(pixels: Uint8Array, width: number, channels: number): void {
  const row = width * channels;
  for (let start = 0; start < pixels.length; start += row) {
    for (let i = start + row - 1; i >= start + channels; i--) {
      pixels[i] = (pixels[i] as number) - (pixels[i - channels] as number);
    }
  }
}
