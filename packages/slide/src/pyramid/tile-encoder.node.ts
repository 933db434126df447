/** One tile of a pyramid, compressed: JPEG by libvips, Deflate by zlib, both on the thread pool. */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import sharp from 'sharp';

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

/** @param pixels tileSize x tileSize x channels; changed in place */
export async function encodeTile(pixels: Uint8Array, encoding: TileEncoding): Promise<Uint8Array> {
  const { compression, quality, channels, tileSize, predictor } = encoding;
  if (compression === 'deflate') {
    if (predictor) differences(pixels, tileSize, channels);
    return deflateAsync(pixels, { level: 6 });
  }
  const image = sharp(pixels, { raw: { width: tileSize, height: tileSize, channels } });
  const chromaSubsampling = quality >= FULL_CHROMA_QUALITY ? '4:4:4' : '4:2:0';
  return (channels === 1 ? image.toColourspace('b-w') : image).jpeg({ quality, chromaSubsampling }).toBuffer();
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
