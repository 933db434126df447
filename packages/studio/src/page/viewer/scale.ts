/** How large things are: the scale bar's round length, the magnification, and coordinates in words. */

export interface ScaleBar {
  /** CSS pixels. */
  readonly pixels: number;
  readonly label: string;
}

const ROUND = [1, 2, 5];

/** The largest of 1, 2, 5, 10, 20, ... that is not above `most`. */
export function roundBelow(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const round = [...ROUND].reverse().find((step) => step * power <= most * (1 + 1e-12)) ?? 1;
  return round * power;
}

const trimmed = (value: number): string => String(Number(value.toPrecision(6)));

/** @param micrometres of a length */
export function lengthText(micrometres: number): string {
  if (micrometres >= 1000) return `${trimmed(micrometres / 1000)} mm`;
  return micrometres >= 1 ? `${trimmed(micrometres)} µm` : `${trimmed(micrometres * 1000)} nm`;
}

/**
 * @param zoom CSS pixels per level-0 pixel
 * @param micrometresPerPixel of level 0 across the screen; unset: the bar counts pixels
 * @param longest CSS pixels
 */
export function scaleBar(zoom: number, micrometresPerPixel: number | undefined, longest = 160): ScaleBar {
  if (micrometresPerPixel === undefined) {
    const length = roundBelow(longest / zoom);
    return { pixels: length * zoom, label: `${trimmed(length)} px` };
  }
  const perUnit = zoom / micrometresPerPixel;
  const length = roundBelow(longest / perUnit);
  return { pixels: length * perUnit, label: lengthText(length) };
}

/** Micrometres per pixel at a magnification of 1: scanners give 0.25 µm at 40x and 0.5 µm at 20x. */
const MICROMETRES_AT_1X = 10;

/** As an objective would show it; undefined where the scale is unknown. */
export const magnificationOf = (zoom: number, micrometresPerPixel: number | undefined): number | undefined =>
  micrometresPerPixel === undefined ? undefined : (MICROMETRES_AT_1X * zoom) / micrometresPerPixel;

/** The zoom that a magnification asks for. */
export const zoomOf = (magnification: number, micrometresPerPixel: number): number =>
  (magnification * micrometresPerPixel) / MICROMETRES_AT_1X;

export const MAGNIFICATIONS: readonly number[] = [1, 2.5, 5, 10, 20, 40];

export const magnificationText = (magnification: number): string =>
  `${magnification >= 10 ? Math.round(magnification) : Number(magnification.toPrecision(2))}x`;

export const percentText = (zoom: number): string => {
  const percent = zoom * 100;
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
};

/** A point on the slide: pixels as they are counted (the first is 0), and millimetres or micrometres. */
export function coordinateText(
  { x, y }: { readonly x: number; readonly y: number },
  pixelSize: { readonly x: number; readonly y: number } | undefined,
): string {
  const pixels = `${Math.floor(x)}, ${Math.floor(y)} px`;
  if (pixelSize === undefined) return pixels;
  return `${(x * pixelSize.x).toFixed(1)}, ${(y * pixelSize.y).toFixed(1)} µm · ${pixels}`;
}
