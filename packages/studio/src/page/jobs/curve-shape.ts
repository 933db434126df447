/** The shape of a curve in a box, and what a person who does not see it is told. */

export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
}

export interface CurveShape {
  /** A path in a box of `WIDTH` x `HEIGHT`, from its first epoch on the left to the last that will be on the right. */
  readonly path: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Values at the lower and upper edge: round numbers. */
  readonly low: number;
  readonly high: number;
}

export const WIDTH = 280;
export const HEIGHT = 84;

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is at least as large. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * @param epochs of the whole training, so that the curve shows how much is still to come
 * @param high upper edge of the box; a round number above all values if unset
 */
export function curveShape(points: readonly CurvePoint[], epochs: number, high?: number): CurveShape {
  const most = Math.max(0, ...points.map(({ value }) => value));
  const top = high ?? (most === 0 ? 1 : roundUp(most));
  const across = Math.max(1, epochs - 1);
  const places = points.map(({ epoch, value }) => ({
    x: Number((((epoch - 1) / across) * WIDTH).toFixed(2)),
    y: Number((HEIGHT - (Math.min(Math.max(value, 0), top) / top) * HEIGHT).toFixed(2)),
  }));
  const path = places.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return { path, points: places, low: 0, high: top };
}

const digits = (value: number): string => value.toFixed(3);

/** @example describeCurve('Loss', points, 8); // 'Loss by epoch: 0.900 after epoch 1, 0.412 after epoch 3 of 8' */
export function describeCurve(name: string, points: readonly CurvePoint[], epochs: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${name} by epoch: nothing yet`;
  const begin = `${name} by epoch: ${digits(first.value)} after epoch ${first.epoch}`;
  if (first.epoch === last.epoch) return `${begin} of ${epochs}`;
  return `${begin}, ${digits(last.value)} after epoch ${last.epoch} of ${epochs}`;
}
