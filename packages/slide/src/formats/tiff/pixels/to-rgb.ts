/** From 8-bit samples to RGB: grey, palettes, inks, and transparent pixels, which lie on white paper, as on a scan. */
import type { TiffPage } from '../page.js';

/**
 * Interleaved 8-bit samples of a chunky page, or of its planes put together, as RGB.
 * @param pixels width x height pixels of `page.samples` samples
 */
export function toRgb(page: TiffPage, pixels: Uint8Array, count: number): Uint8Array {
  const { photometric, samples, palette } = page;
  if (samples === 3 && (photometric === 'rgb' || photometric === 'ycbcr')) return pixels;
  if (photometric === 'cmyk') return inksToRgb(pixels, count);
  const out = new Uint8Array(count * 3);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += samples, to += 3) {
    const value = pixels[from] as number;
    if (palette !== undefined) {
      const entries = palette.length / 3;
      for (let c = 0; c < 3; c++) out[to + c] = palette[c * entries + value] as number;
    } else if (samples < 3) {
      out.fill(photometric === 'white-is-zero' ? 255 - value : value, to, to + 3);
    } else {
      for (let c = 0; c < 3; c++) out[to + c] = pixels[from + c] as number;
    }
  }
  if (page.alpha !== 'none') onWhite(out, pixels, count, samples, page.alpha === 'associated');
  return out;
}

/** Three bands put together, as RGB. @param pixels changed in place where zero is white in the bands */
export function bandsToRgb({ photometric }: TiffPage, pixels: Uint8Array): Uint8Array {
  if (photometric === 'white-is-zero') for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - (pixels[i] as number);
  return pixels;
}

/**
 * Cyan, magenta, yellow and black, 0 for no ink, as RGB without a colour profile: each ink takes its share of the light that black leaves.
 * The arithmetic is Pillow's.
 * @param pixels count x 4
 */
export function inksToRgb(pixels: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const light = 255 - (pixels[4 * i + 3] as number);
    for (let c = 0; c < 3; c++) {
      const product = (pixels[4 * i + c] as number) * light + 128;
      out[3 * i + c] = light - (((product >> 8) + product) >> 8);
    }
  }
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
