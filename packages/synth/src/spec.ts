/**
 * What a synthetic slide is made from, and the checks that turn mistakes into sentences.
 */
import { FtuError } from '@ftuseg/core';

/** Bytes of the largest picture rendered in one piece. */
const LARGEST_IMAGE = 2 ** 31 - 1;

export interface SlideSpec {
  /** Any integer from 0 to 2^53 - 1; the same seed gives the same bytes. */
  readonly seed: number;
  readonly micronsPerPixel: number;
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
  if (spec.width * spec.height * 3 > LARGEST_IMAGE) {
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
