/**
 * One tile of a pyramid, compressed: JPEG by libjpeg-turbo (or libvips, where the addon is not built), Deflate by zlib,
 * all on the thread pool.
 */
import { emptyRaster, type Raster, type Rect, raster } from '@ftuseg/core';
import { chromaOf, type TileForm } from '../conversion/tile-form.js';
import { nativeReader } from '../native.node.js';
import { sharp } from '../sharp.node.js';
import { deflated } from './deflate.node.js';
import { halve } from './halve.js';
import { cutTile, type LevelShape, type Strip, tileArea } from './level-writer.js';

export interface TileEncoding {
  readonly compression: 'jpeg' | 'deflate';
  /** Of JPEG, 1 to 100. */
  readonly quality: number;
  /** Of JPEG in three channels: what is stored, and luma samples for each chroma sample, across and down. Default: YCbCr, chroma by the quality. */
  readonly form?: Pick<TileForm, 'colours' | 'subsampling'> | undefined;
  /** Whether neighbouring values are alike, so that storing their differences makes Deflate smaller: pictures, not labels. */
  readonly predictor: boolean;
  readonly channels: 1 | 3;
  readonly tileSize: number;
}

/** As native/jpeg-encode.h numbers them: how three channels are stored. */
const CHROMA: Readonly<Record<string, number>> = { 'ycbcr 2 2': 0, 'ycbcr 1 1': 1, 'ycbcr 2 1': 2, 'rgb 1 1': 3 };

/** Whether JPEGs of three channels can be made in a form: the addon knows some, libvips fewer. */
export const isEncodable = ({ colours, subsampling: [across, down] }: TileForm): boolean =>
  colours === 'grey' || (nativeReader === undefined ? SHARP : CHROMA)[`${colours} ${across} ${down}`] !== undefined;

const SHARP: Readonly<Record<string, string>> = { 'ycbcr 2 2': '4:2:0', 'ycbcr 1 1': '4:4:4' };

/** Tile `index` of a strip, compressed. @throws {RangeError} for a form that `isEncodable` does not allow */
export async function encodeTile(
  strip: Strip,
  index: number,
  shape: LevelShape,
  { compression, quality, channels, predictor, form }: TileEncoding,
): Promise<Uint8Array> {
  const { tileSize } = shape;
  const [across, down] = form?.subsampling ?? chromaOf(quality);
  const stored = `${form?.colours === 'rgb' ? 'rgb' : 'ycbcr'} ${channels === 1 ? '1 1' : `${across} ${down}`}`;
  if (compression === 'jpeg' && nativeReader !== undefined) {
    const { x, y, width, height } = tileArea(strip, index, shape);
    const stride = strip.pixels.width * channels;
    const chroma = CHROMA[stored];
    if (chroma === undefined) throw new RangeError(`no JPEG is made of ${stored}`);
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
  if (compression === 'deflate') {
    const value = uniformValue(strip, tileArea(strip, index, shape));
    const encoding = { channels, predictor, tileSize };
    if (value !== undefined) return uniformTile(value, encoding);
    const { pixels } = strip;
    // A strip of one whole tile is compressed where it lies, unless it would be changed.
    const isTile = !predictor && pixels.width === tileSize && pixels.height === tileSize;
    return deflatedTile(isTile ? pixels.data : cutTile(strip, index, shape), encoding);
  }
  const pixels = cutTile(strip, index, shape);
  const subsampling = SHARP[stored];
  if (subsampling === undefined) throw new RangeError(`no JPEG is made of ${stored}`);
  return libvipsJpeg(raster(tileSize, tileSize, channels, pixels), subsampling, quality);
}

/** @param subsampling as libvips calls it */
function libvipsJpeg(
  { width, height, channels, data }: Raster,
  subsampling: string,
  quality: number,
): Promise<Uint8Array> {
  const image = sharp(data, { raw: { width, height, channels: channels === 1 ? 1 : 3 } });
  const coloured = channels === 1 ? image.toColourspace('b-w') : image;
  return coloured.jpeg({ quality, chromaSubsampling: subsampling }).toBuffer();
}

/**
 * A tile of any sides.
 * @returns undefined for a form that libvips does not make
 */
export async function encodeOblong(
  pixels: Raster,
  { colours, subsampling: [across, down] }: TileForm,
  quality: number,
): Promise<Uint8Array | undefined> {
  const subsampling = colours === 'grey' ? '4:4:4' : SHARP[`${colours} ${across} ${down}`];
  return subsampling === undefined ? undefined : libvipsJpeg(pixels, subsampling, quality);
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

type Deflating = Pick<TileEncoding, 'channels' | 'predictor' | 'tileSize'>;

/** @param pixels changed where there is a predictor */
function deflatedTile(pixels: Uint8Array, { channels, predictor, tileSize }: Deflating): Promise<Uint8Array> {
  if (predictor) differences(pixels, tileSize, channels);
  return deflated(pixels);
}

const uniformTiles = new Map<string, Promise<Uint8Array>>();

/** A tile of one value in all samples, compressed once for each value and form. */
export function uniformTile(value: number, encoding: Deflating): Promise<Uint8Array> {
  const { channels, predictor, tileSize } = encoding;
  const key = `${value} ${tileSize} ${channels} ${predictor}`;
  const made =
    uniformTiles.get(key) ?? deflatedTile(new Uint8Array(tileSize * tileSize * channels).fill(value), encoding);
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
