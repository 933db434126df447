/** What is usual among the objects of a slide set, and how far one is from it: outliers must not decide what is usual. */
import { quantileOf } from '@ftuseg/core';
import type { MeasuredItem } from './item.js';
import { grouped } from './measuring/grouped.js';

/** Median and spread of a number among the objects of a class. */
interface Usual {
  readonly median: number;
  /** 1.4826 times the median absolute deviation: the standard deviation, were the numbers normal (Rousseeuw & Croux 1993). */
  readonly spread: number;
}

/** Of a class. */
export interface Typical {
  /** Natural logarithm of the area. */
  readonly logArea: Usual;
  readonly circularity: Usual;
  readonly solidity: Usual;
}

/** Areas are compared in square micrometres where all items know them, else in level-0 pixels. */
export interface TypicalSet {
  readonly unit: 'um2' | 'px';
  readonly classes: ReadonlyMap<string, Typical>;
}

/** With fewer objects of a class nothing is usual. */
const MIN_TYPICAL = 5;
/** Numbers that hardly differ do not make every other number an outlier. */
const MIN_SPREAD = { logArea: 0.1, circularity: 0.03, solidity: 0.01 } as const;
/** Further away is not stranger. */
const MAX_DEVIATION = 10;

function usualOf(values: readonly number[], floor: number): Usual {
  const sorted = Float64Array.from(values).sort();
  const median = quantileOf(sorted, 0.5);
  const distances = sorted.map((value) => Math.abs(value - median)).sort();
  return { median, spread: Math.max(floor, 1.4826 * quantileOf(distances, 0.5)) };
}

export const areaIn = (unit: TypicalSet['unit'], item: MeasuredItem): number =>
  Math.max(unit === 'um2' ? (item.areaUm2 ?? 0) : item.areaPx, 1e-9);

/** @param items of the whole set; ghosts among them do not count */
export function typicalOf(items: readonly MeasuredItem[]): TypicalSet {
  const objects = items.filter(({ kind }) => kind === 'object');
  const unit = items.every(({ areaUm2 }) => areaUm2 !== undefined) ? 'um2' : 'px';
  const byClass = grouped(objects, (item) => item.class);
  const classes = new Map<string, Typical>();
  for (const [name, own] of byClass) {
    if (own.length < MIN_TYPICAL) continue;
    classes.set(name, {
      logArea: usualOf(
        own.map((item) => Math.log(areaIn(unit, item))),
        MIN_SPREAD.logArea,
      ),
      circularity: usualOf(
        own.map((item) => item.circularity),
        MIN_SPREAD.circularity,
      ),
      solidity: usualOf(
        own.map((item) => item.solidity),
        MIN_SPREAD.solidity,
      ),
    });
  }
  return { unit, classes };
}

/** @returns natural logarithm of the area over the median's; undefined where nothing is usual */
export function logSizeRatio(item: MeasuredItem, { unit, classes }: TypicalSet): number | undefined {
  const typical = classes.get(item.class);
  return typical === undefined ? undefined : Math.log(areaIn(unit, item)) - typical.logArea.median;
}

/**
 * Root mean square of the robust deviations of area, circularity and solidity from the class's medians: about 1 for what is usual.
 * @returns 0 to 10; undefined where nothing is usual
 */
export function shapeDistance(item: MeasuredItem, { unit, classes }: TypicalSet): number | undefined {
  const typical = classes.get(item.class);
  if (typical === undefined) return undefined;
  const deviation = (value: number, { median, spread }: Usual): number =>
    Math.min(MAX_DEVIATION, Math.abs(value - median) / spread);
  const parts = [
    deviation(Math.log(areaIn(unit, item)), typical.logArea),
    deviation(item.circularity, typical.circularity),
    deviation(item.solidity, typical.solidity),
  ];
  return Math.sqrt(parts.reduce((sum, part) => sum + part ** 2, 0) / parts.length);
}

/** Smaller than this share of the class's median area, a ghost is a crumb that nobody would call an object. */
export const MIN_GHOST_SHARE = 0.1;

/** @returns the objects, and the ghosts that are large enough to be one */
export function worthReviewing(items: readonly MeasuredItem[], typical: TypicalSet): MeasuredItem[] {
  const floor = Math.log(MIN_GHOST_SHARE);
  return items.filter((item) => item.kind === 'object' || (logSizeRatio(item, typical) ?? 0) >= floor);
}
