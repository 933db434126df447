/** The share of glomeruli that are globally sclerotic, the number that a transplant is judged by, and how sure it is. */
import { bootstrapIntervals, counted, type Interval, wilsonInterval } from '@ftuseg/core';
import { sclerosisClasses } from './glomerulus-classes.js';

/** What is counted of a slide. */
export interface SclerosisCount {
  readonly sclerotic: number;
  readonly all: number;
  /** Objects that are part of a glomerulus with one of another class, and are not counted by themselves; unset where nobody looked. */
  readonly joined?: number | undefined;
}

export interface Sclerosis extends SclerosisCount {
  /** 0..1. */
  readonly fraction: number;
  /** 95 %. */
  readonly interval: Interval;
  /** Of the slide's own counts (Wilson 1927), or over slides, which differ by more than chance (bootstrap). */
  readonly intervalBy: 'Wilson' | 'bootstrap over slides';
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
    joined: some.reduce((sum, { joined = 0 }) => sum + joined, 0),
  });
  const { sclerotic, all, joined } = pooled(slides);
  const own = wilsonInterval(sclerotic, all);
  if (own === undefined) return undefined;
  const withSome = slides.filter((slide) => slide.all > 0);
  const drawn = bootstrapIntervals(
    withSome.map((slide) => [slide]),
    (sample) => {
      const found = pooled(sample);
      return { fraction: found.sclerotic / found.all };
    },
  );
  const fraction = sclerotic / all;
  if (drawn === undefined) return { sclerotic, all, joined, fraction, interval: own, intervalBy: 'Wilson' };
  // Slides without any sclerosis would all draw the same 0: chance alone says more.
  const interval = { low: Math.min(own.low, drawn.fraction.low), high: Math.max(own.high, drawn.fraction.high) };
  return { sclerotic, all, joined, fraction, interval, intervalBy: 'bootstrap over slides' };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * @param names of the classes: which of them were counted, and as what, is said
 * @example
 * describeSclerosis(found, ['normal', 'sclerotic']); // sclerotic: 2 of 10 (20.0 %; 95 %: 5.7 % to 51.0 %, Wilson); counted as sclerotic: ...
 */
export function describeSclerosis(found: Sclerosis, names: readonly string[]): string {
  const { sclerotic, all, joined = 0, fraction, interval, intervalBy } = found;
  const share = `${percent(fraction)}; 95 %: ${percent(interval.low)} to ${percent(interval.high)}, ${intervalBy}`;
  const touching =
    joined === 0
      ? undefined
      : `${counted(joined, 'object')} that ${joined === 1 ? 'touches' : 'touch'} one of another class ${joined === 1 ? 'counts' : 'count'} as one glomerulus with it`;
  const said = [`sclerotic: ${sclerotic} of ${all} (${share})`, sclerosisClasses(names), touching];
  return said.filter((one) => one !== undefined).join('; ');
}
