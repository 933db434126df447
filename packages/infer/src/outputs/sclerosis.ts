/** The share of glomeruli that are globally sclerotic, the number that a transplant is judged by, and how sure it is. */
import { bootstrapIntervals, type Interval, wilsonInterval } from '@ftuseg/core';

/** What is counted of a slide. */
export interface SclerosisCount {
  readonly sclerotic: number;
  readonly all: number;
}

export interface Sclerosis extends SclerosisCount {
  /** 0..1. */
  readonly fraction: number;
  /** 95 %. */
  readonly interval: Interval;
  /** Of the slide's own counts (Wilson 1927), or over slides, which differ by more than chance (bootstrap). */
  readonly intervalBy: 'Wilson' | 'bootstrap over slides';
}

/** What else in a kidney classes are named after. */
const OTHER_TISSUE =
  /arter|vein|venul|venous|vessel|vascul|tubul|duct|interstit|fibros|infiltrat|inflam|lymph|\bcasts?\b|capsule|medulla|cortex|pelvis|nerve|\bfat\b|adipos|tissue|background|art[ei]fact/i;

/** Whether objects of a class are counted as glomeruli: whatever is not named after something else, since kinds of glomeruli have many names. */
export const isGlomerulus = (name: string): boolean => /\bglom/i.test(name) || !OTHER_TISSUE.test(name);

/** Global sclerosis: a segment of a glomerulus that is sclerosed leaves the rest working. */
export const isSclerotic = (name: string): boolean =>
  isGlomerulus(name) && /sclero/i.test(name) && !/non.?sclero|segment|focal/i.test(name);

/**
 * What was counted as glomeruli, where that does not go without saying.
 * @param names of the classes
 * @returns undefined for a pair of which one is sclerotic, and where none is
 * @example
 * sclerosisClasses(['normal', 'sclerotic', 'artery']); // 'counted as glomeruli: normal, sclerotic; not: artery'
 */
export function sclerosisClasses(names: readonly string[]): string | undefined {
  const others = names.filter((name) => !isGlomerulus(name));
  if (!names.some(isSclerotic) || (names.length <= 2 && others.length === 0)) return undefined;
  const counted = names.filter(isGlomerulus).join(', ');
  return `counted as glomeruli: ${counted}${others.length === 0 ? '' : `; not: ${others.join(', ')}`}`;
}

/**
 * Of one slide, or pooled over several.
 * @returns undefined where there is no glomerulus
 * @example
 * sclerosisOf([{ sclerotic: 2, all: 10 }])?.interval; // { low: 0.057, high: 0.510 }
 */
export function sclerosisOf(slides: readonly SclerosisCount[]): Sclerosis | undefined {
  const pooled = (some: readonly SclerosisCount[]): SclerosisCount => ({
    sclerotic: some.reduce((sum, one) => sum + one.sclerotic, 0),
    all: some.reduce((sum, one) => sum + one.all, 0),
  });
  const { sclerotic, all } = pooled(slides);
  const own = wilsonInterval(sclerotic, all);
  if (own === undefined) return undefined;
  const counted = slides.filter((slide) => slide.all > 0);
  const drawn = bootstrapIntervals(
    counted.map((slide) => [slide]),
    (sample) => {
      const found = pooled(sample);
      return { fraction: found.sclerotic / found.all };
    },
  );
  const fraction = sclerotic / all;
  if (drawn === undefined) return { sclerotic, all, fraction, interval: own, intervalBy: 'Wilson' };
  // Slides without any sclerosis would all draw the same 0: chance alone says more.
  const interval = { low: Math.min(own.low, drawn.fraction.low), high: Math.max(own.high, drawn.fraction.high) };
  return { sclerotic, all, fraction, interval, intervalBy: 'bootstrap over slides' };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * @param names of the classes; which of them were counted is said where that does not go without saying
 * @example
 * describeSclerosis(found, ['normal', 'sclerotic']); // sclerotic: 2 of 10 (20.0 %; 95 %: 5.7 % to 51.0 %, Wilson)
 */
export function describeSclerosis(found: Sclerosis, names: readonly string[]): string {
  const { sclerotic, all, fraction, interval, intervalBy } = found;
  const classes = sclerosisClasses(names);
  const share = `${percent(fraction)}; 95 %: ${percent(interval.low)} to ${percent(interval.high)}, ${intervalBy}`;
  return `sclerotic: ${sclerotic} of ${all} (${share})${classes === undefined ? '' : `; ${classes}`}`;
}
