/**
 * Tissue or background: stained pixels are colourful, background is grey. The rule of the reference solution, in one place for training,
 * prediction and summaries. A slide without colour (grey, pale, fluorescent, unstained) cannot be judged by it: there only plain white is background.
 */
import type { Raster } from './raster.js';

/** HSV saturation (0..255, as OpenCV scales it) from which a pixel counts as stained. */
export const STAINED = 40;
/** A tile is tissue where at least this share of it is stained: 1,000 pixels of 256 x 256. */
export const TISSUE_SHARE = 1000 / 256 ** 2;

/** HSV saturation of a colour, 0..255. */
export function saturationOf(red: number, green: number, blue: number): number {
  const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
  const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
  return most === 0 ? 0 : (255 * (most - least)) / most;
}

/**
 * The share of stained pixels.
 * @param step looks at every step-th pixel of every step-th row
 * @returns 0..1
 * @example
 * stainedShare(tile) < TISSUE_SHARE; // background
 */
export function stainedShare({ width, height, channels, data }: Raster, step = 1): number {
  let [seen, stained] = [0, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * channels;
      const saturation = saturationOf(data[at] as number, data[at + 1] as number, data[at + 2] as number);
      seen++;
      if (saturation > STAINED) stained++;
    }
  }
  return stained / seen;
}

/** Share of coloured pixels in the overview of a slide below which nothing was stained: one in 5,000. */
const UNSTAINED = 2e-4;
/** A slide is not judged by its colour either where this many times more of it is visible than is coloured, as beside a stroke of a pen. */
const VISIBLE_PER_STAINED = 50;
/** Brightness (0..255) apart from the most common one that makes a pixel visible on its background. */
const VISIBLE = 10;
/** Brightness apart that is noise of one and the same. */
const SAME = 2;
/** Values from which a pixel is white in every channel. */
const WHITE = 245;
/** A picture of which less than this is visible is plain. */
const MIN_VISIBLE = 5e-4;

/** What an overview says of a whole slide, shares of its pixels. */
export interface SlideLook {
  readonly stained: number;
  /** Brighter or darker than what most of the picture is. */
  readonly visible: number;
}

/** Looks at a slide piece by piece. */
export class LookMeter {
  readonly #histogram = new Float64Array(256);
  #stained = 0;
  #seen = 0;

  /** @param step looks at every step-th pixel of every step-th row */
  add({ width, height, channels, data }: Raster, step = 1): void {
    const histogram = this.#histogram;
    let stained = 0;
    let seen = 0;
    for (let y = 0; y < height; y += step) {
      for (let x = 0; x < width; x += step) {
        const at = (y * width + x) * channels;
        const red = data[at] as number;
        const green = data[at + 1] as number;
        const blue = data[at + 2] as number;
        const brightness = Math.round((red + green + blue) / 3);
        histogram[brightness] = (histogram[brightness] as number) + 1;
        if (saturationOf(red, green, blue) > STAINED) stained++;
        seen++;
      }
    }
    this.#stained += stained;
    this.#seen += seen;
  }

  look(): SlideLook {
    const around = (value: number, reach: number): number =>
      this.#histogram.subarray(Math.max(value - reach, 0), value + reach + 1).reduce((sum, count) => sum + count, 0);
    let background = 0;
    for (let value = 1; value < 256; value++) {
      if (around(value, SAME) > around(background, SAME)) background = value;
    }
    const most = around(background, VISIBLE);
    const seen = Math.max(this.#seen, 1);
    return { stained: this.#stained / seen, visible: 1 - most / seen };
  }
}

/**
 * @param overview RGB, small
 * @param step looks at every step-th pixel of every step-th row
 */
export function lookAt(overview: Raster, step = 1): SlideLook {
  const meter = new LookMeter();
  meter.add(overview, step);
  return meter.look();
}

/** Whether a slide shows next to nothing: a picture of one brightness. */
export const isPlain = ({ stained, visible }: SlideLook): boolean => stained < UNSTAINED && visible < MIN_VISIBLE;

/**
 * Whether colour says nothing about a slide: it shows something, and hardly a pixel of that is coloured.
 * @example
 * isColourless(lookAt(overview)) ? isPlainWhite(tile) : stainedShare(tile) < TISSUE_SHARE;
 */
export const isColourless = (look: SlideLook): boolean =>
  !isPlain(look) && (look.stained < UNSTAINED || look.visible > VISIBLE_PER_STAINED * look.stained);

/** Whether a pixel is white in every channel. */
export const isWhite = (red: number, green: number, blue: number): boolean =>
  red >= WHITE && green >= WHITE && blue >= WHITE;

/**
 * Whether every pixel that is looked at is white: background on whatever slide.
 * @param step looks at every step-th pixel of every step-th row
 */
export function isPlainWhite({ width, height, channels, data }: Raster, step = 1): boolean {
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * channels;
      if (!isWhite(data[at] as number, data[at + 1] as number, data[at + 2] as number)) return false;
    }
  }
  return true;
}
