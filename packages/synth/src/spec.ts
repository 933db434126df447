/**
 * What a synthetic slide is made from, and the checks that turn mistakes into sentences.
 */
import { FtuError } from '@ftuseg/core';

/** Bytes of the largest picture rendered in one piece. */
const MAX_IMAGE = 2 ** 31 - 1;

/** What a slide has besides kidney; the defaults are those of a clean section. */
export interface Features {
  /** Share of glomeruli that are globally sclerotic (label 2), 0 to 1. */
  readonly sclerotic: number;
  /** Share of the slide's depth that is medulla, without glomeruli, 0 to 0.6; undefined: the seed decides. */
  readonly medulla: number | undefined;
  /** Strokes of a pen on the slide. */
  readonly pen: number;
  /** Folds of the section. */
  readonly folds: number;
  /** Share of the slide that is out of focus, about; 0 to 1. */
  readonly blur: number;
}

const CLEAN: Features = { sclerotic: 0, medulla: undefined, pen: 0, folds: 0, blur: 0 };

export interface SlideSpec {
  /** Any integer from 0 to 2^53 - 1; the same seed gives the same bytes. */
  readonly seed: number;
  readonly micronsPerPixel: number;
  readonly features?: Partial<Features> | undefined;
  /** Size of the slide in pixels. */
  readonly slideWidth: number;
  readonly slideHeight: number;
}

export interface RegionSpec extends SlideSpec {
  /** The window in slide pixels, inside the slide. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The features of a slide, with those of a clean section where nothing is said. */
export function featuresOf({ features = {} }: SlideSpec): Features {
  const all = { ...CLEAN, ...features };
  const ranges = { sclerotic: 1, medulla: 0.6, blur: 1 } as const;
  for (const [name, most] of Object.entries(ranges)) {
    const value = all[name as keyof typeof ranges];
    if (value === undefined || (value >= 0 && value <= most)) continue;
    throw new FtuError('bad-input', `must lie between 0 and ${most}, not ${value}`, { subject: name });
  }
  whole('number of pen strokes', all.pen, 0);
  whole('number of folds', all.folds, 0);
  return all;
}

/** Throws `FtuError` unless size, seed and scale make sense. */
export function checkSlide(spec: SlideSpec): void {
  whole('width', spec.slideWidth, 1);
  whole('height', spec.slideHeight, 1);
  if (!Number.isSafeInteger(spec.seed) || spec.seed < 0) {
    throw new FtuError('bad-input', `the seed must be a non-negative integer, not ${spec.seed}`, { subject: 'seed' });
  }
  const mpp = spec.micronsPerPixel;
  if (!Number.isFinite(mpp) || mpp < 0.05 || mpp > 20) {
    throw new FtuError('bad-input', `micrometres per pixel must lie between 0.05 and 20, not ${mpp}`, {
      subject: 'microns per pixel',
      hint: 'use 0.25 to 3 for pictures that look like kidney',
    });
  }
}

/** Throws `FtuError` unless the window is one that lies on the slide and fits in memory. */
export function checkWindow(spec: RegionSpec): void {
  whole('window width', spec.width, 1);
  whole('window height', spec.height, 1);
  whole('window x', spec.x, 0);
  whole('window y', spec.y, 0);
  if (spec.x + spec.width > spec.slideWidth || spec.y + spec.height > spec.slideHeight) {
    throw new FtuError(
      'bad-input',
      `the window ${spec.width} x ${spec.height} at (${spec.x}, ${spec.y}) leaves the slide of ${spec.slideWidth} x ${spec.slideHeight} pixels`,
    );
  }
  if (spec.width * spec.height * 3 > MAX_IMAGE) {
    throw new FtuError('unsupported', `a window of ${spec.width} x ${spec.height} pixels does not fit in memory`, {
      hint: 'render it in parts',
    });
  }
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new FtuError('bad-input', `the ${name} must be an integer of at least ${least}, not ${value}`, {
      subject: name,
    });
  }
}
