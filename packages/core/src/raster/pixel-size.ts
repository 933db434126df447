/**
 * The size of a slide's pixels, across and down: scanners do not always make them square, and every area and every scale depends on both. A
 * size that no microscope gives is a question, not a basis for hours of work.
 */
import { FtuError } from '../errors.js';
import { parseNumber } from '../text/parse-number.js';

/** Micrometres per level-0 pixel. */
export interface PixelSize {
  /** Across. */
  readonly x: number;
  /** Down. */
  readonly y: number;
}

/** What is known of a scale: one number for square pixels, or a size. */
export type Scale = number | PixelSize;

/** Relative difference of the sides below which it is noise of how files store numbers. */
const SAME = 1e-3;
/** Relative difference of the sides from which a network would see objects of another shape. */
const SQUARE = 0.01;

/** Micrometres per pixel from 200x oil immersion to an overview of the glass. */
export const MIN_MICRONS = 0.05;
export const MAX_MICRONS = 50;
/** What to say of a number outside. */
export const MICRONS_RANGE = `is this right? Micrometres per pixel are from ${MIN_MICRONS} to ${MAX_MICRONS}`;

const apart = ({ x, y }: PixelSize): number => Math.max(x, y) / Math.min(x, y) - 1;

export const pixelSize = (scale: Scale): PixelSize => (typeof scale === 'number' ? { x: scale, y: scale } : scale);

/**
 * Micrometres per pixel as one number: the side of a square of the same area, so that its square is the area of a pixel.
 * @example
 * meanMicrons({ x: 0.25, y: 1 }); // 0.5
 */
export const meanMicrons = (scale: Scale): number =>
  typeof scale === 'number' ? scale : scale.x === scale.y ? scale.x : Math.sqrt(scale.x * scale.y);

/** Square micrometres of a pixel. */
export const pixelArea = (scale: Scale): number => (typeof scale === 'number' ? scale ** 2 : scale.x * scale.y);

/** Whether the sides are equal to within 1 %: networks may see such pixels as they are. */
export const isSquare = (scale: Scale): boolean => typeof scale === 'number' || apart(scale) < SQUARE;

/**
 * One number where both sides are the same, else the size.
 * @param y as `x` where it is undefined
 */
export const scaleOfSides = (x: number, y: number = x): Scale => (apart({ x, y }) < SAME ? x : { x, y });

const digits = (value: number): string => String(Number(value.toPrecision(4)));

/** @example describeScale({ x: 0.25, y: 0.5 }); // '0.25 x 0.5' */
export function describeScale(scale: Scale): string {
  const { x, y } = pixelSize(scale);
  return typeof scale === 'number' ? digits(scale) : `${digits(x)} x ${digits(y)}`;
}

/**
 * A scale as tables say it: `0.25`, `0,25`, or `0.25x0.5` for pixels of 0.25 µm across and 0.5 µm down.
 * @returns undefined for what is not one positive number or two
 */
export function parseScale(text: string): Scale | undefined {
  const sides = text.split(/[x×*]/i).map(parseNumber);
  const [x = Number.NaN, y = x] = sides;
  return sides.length <= 2 && x > 0 && y > 0 ? scaleOfSides(x, y) : undefined;
}

/** Whether a microscope could have written it: both sides from 0.05 to 50 µm, none more than ten times the other. */
export function isPlausible(scale: Scale): boolean {
  const { x, y } = pixelSize(scale);
  return [x, y].every((side) => side >= MIN_MICRONS && side <= MAX_MICRONS) && apart({ x, y }) < 9;
}

/** @returns such as `is 0.0002 µm per pixel right? Slides have 0.05 to 50` */
export const plausibilityQuestion = (scale: Scale): string =>
  `is ${describeScale(scale)} µm per pixel right? Slides have ${MIN_MICRONS} to ${MAX_MICRONS}`;

/** Nothing needs slides that are enlarged more than this: glomeruli would be out of nothing. */
export const MAX_ENLARGED = 32;
/** Working pixels below which nothing is left of a slide that had `ENOUGH`. */
const MIN_LEFT = 8;
const ENOUGH = 256;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether a slide is shrunk so much that nothing is left to see. */
export const leavesNothing = (slide: Size, shrunk: Size): boolean =>
  Math.min(shrunk.width, shrunk.height) < MIN_LEFT && Math.min(slide.width, slide.height) >= ENOUGH;

/**
 * @param subject of the scale, such as a file
 * @throws {FtuError} `bad-input` that asks whether the scale is right
 * @example
 * requirePlausible(0.0002, 'scan.tif', 'give it with --microns-per-pixel');
 */
export function requirePlausible(scale: Scale | undefined, subject: string | undefined, hint: string): void {
  if (scale === undefined || isPlausible(scale)) return;
  throw new FtuError('bad-input', plausibilityQuestion(scale), { ...(subject === undefined ? {} : { subject }), hint });
}
