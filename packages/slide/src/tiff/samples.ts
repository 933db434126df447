/**
 * From stored samples to RGB: predictor, byte order, depth, palette, chroma, opacity. Everything above sees 8-bit RGB.
 * Rules: 16 bits are scaled down by dropping the low byte (v >> 8); transparent pixels lie on white paper, as on a scan.
 */
import type { TiffPage } from './page.js';

/**
 * @param bytes one block's samples, decompressed; changed in place by the predictor
 * @param samples per pixel in these bytes: 1 for a plane of a planar page
 * @returns 8-bit samples, interleaved, width x height x samples
 */
export function eightBit(
  page: TiffPage,
  bytes: Uint8Array,
  width: number,
  height: number,
  samples: number,
): Uint8Array {
  const rowSamples = width * samples;
  if (page.bits === 8) {
    if (page.predictor === 2) undoDifferences8(bytes, rowSamples, height, samples);
    return bytes.subarray(0, rowSamples * height);
  }
  const out = new Uint8Array(rowSamples * height);
  const [low, high] = page.littleEndian ? [0, 1] : [1, 0];
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < rowSamples; i++) {
      const at = 2 * (y * rowSamples + i);
      if (page.predictor === 2 && i >= samples) {
        const before = at - 2 * samples;
        const sum =
          (bytes[at + low] as number) +
          (bytes[before + low] as number) +
          256 * ((bytes[at + high] as number) + (bytes[before + high] as number));
        bytes[at + low] = sum & 255;
        bytes[at + high] = (sum >> 8) & 255;
      }
      out[y * rowSamples + i] = bytes[at + high] as number;
    }
  }
  return out;
}

function undoDifferences8(bytes: Uint8Array, rowSamples: number, height: number, samples: number): void {
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * rowSamples;
    for (let i = y * rowSamples + samples; i < end; i++) {
      bytes[i] = (bytes[i] as number) + (bytes[i - samples] as number);
    }
  }
}

/**
 * Interleaved 8-bit samples of a chunky page, or of its planes put together, as RGB.
 * @param pixels width x height pixels of `page.samples` samples
 */
export function toRgb(page: TiffPage, pixels: Uint8Array, count: number): Uint8Array {
  const { photometric, samples } = page;
  if (samples === 3 && (photometric === 'rgb' || photometric === 'ycbcr')) return pixels;
  const out = new Uint8Array(count * 3);
  const palette = page.palette;
  for (let i = 0, from = 0, to = 0; i < count; i++, from += samples, to += 3) {
    const value = pixels[from] as number;
    if (palette !== undefined) {
      const entries = palette.length / 3;
      for (let c = 0; c < 3; c++) out[to + c] = (palette[c * entries + value] as number) >> 8;
    } else if (samples < 3) {
      out.fill(photometric === 'white-is-zero' ? 255 - value : value, to, to + 3);
    } else {
      for (let c = 0; c < 3; c++) out[to + c] = pixels[from + c] as number;
    }
  }
  if (page.alpha !== 'none') onWhite(out, pixels, count, samples, page.alpha === 'associated');
  return out;
}

function onWhite(rgb: Uint8Array, pixels: Uint8Array, count: number, samples: number, associated: boolean): void {
  for (let i = 0; i < count; i++) {
    const opacity = pixels[i * samples + samples - 1] as number;
    for (let c = 0; c < 3; c++) {
      const colour = rgb[i * 3 + c] as number;
      const paper = 255 - opacity;
      rgb[i * 3 + c] = Math.min(255, Math.round(associated ? colour + paper : (colour * opacity) / 255 + paper));
    }
  }
}
