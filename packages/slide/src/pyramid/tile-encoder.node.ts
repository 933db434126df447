/**
 * One tile of a pyramid, compressed: JPEG by libjpeg-turbo (or libvips, where the addon is not built), Deflate by zlib,
 * all on the thread pool.
 */
import { emptyRaster, type Raster, type Rect } from '@ftuseg/core';
import sharp from 'sharp';
import { nativeReader } from '../native.node.js';
import { deflated } from './deflate.node.js';
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
  if (compression === 'deflate' && !predictor) {
    const value = uniformValue(strip, tileArea(strip, index, shape));
    if (value !== undefined) return uniformTile(value, tileSize * tileSize * channels);
  }
  const pixels = cutTile(strip, index, shape);
  if (compression === 'deflate') {
    if (predictor) differences(pixels, tileSize, channels);
    return deflated(pixels);
  }
  const image = sharp(pixels, { raw: { width: tileSize, height: tileSize, channels } });
  const chromaSubsampling = quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0';
  return (channels === 1 ? image.toColourspace('b-w') : image).jpeg({ quality, chromaSubsampling }).toBuffer();
}

/** The one value that a part of a strip has; undefined where there are several. Most tiles of a mask are background. */
function uniformValue({ pixels }: Strip, { x, y, width, height }: Rect): number | undefined {
  const { data, channels } = pixels;
  const stride = pixels.width * channels;
  const value = data[y * stride + x * channels] as number;
  const first = y * stride + x * channels;
  const whole = width * channels === stride && (data.byteOffset + first) % 4 === 0 && (height * stride) % 4 === 0;
  if (whole) {
    const words = new Uint32Array(data.buffer, data.byteOffset + first, (height * stride) / 4);
    const word = (value * 0x01010101) >>> 0;
    for (let i = 0; i < words.length; i++) if (words[i] !== word) return undefined;
    return value;
  }
  for (let row = 0; row < height; row++) {
    const start = first + row * stride;
    for (let i = start; i < start + width * channels; i++) if (data[i] !== value) return undefined;
  }
  return value;
}

const uniformTiles = new Map<string, Promise<Uint8Array>>();

/** Compressed once for each value and size. */
function uniformTile(value: number, bytes: number): Promise<Uint8Array> {
  const key = `${value} ${bytes}`;
  const made = uniformTiles.get(key) ?? deflated(new Uint8Array(bytes).fill(value));
  uniformTiles.set(key, made);
  return made;
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
