/**
 * The progress line of a prediction: what, how far, how fast, how long still.
 */
import type { TileProgress } from '../bands/predicted-band.js';

/** How far the work is: tiles of the current slide, and which of the slides it is. */
export interface SlideProgress extends TileProgress {
  readonly id: string;
  /** 1 for the first slide. */
  readonly slide: number;
  readonly slides: number;
  /** All of it on one line, with speed and time left. */
  readonly text: string;
}

/**
 * Starts the clock of one slide.
 * @param slide 1 for the first
 * @param area of the slide, level-0 pixels
 * @returns what turns tile counts into a line such as `slide b (2 of 5): 34/64 tiles, 12.3 tiles/s, 9.1 Mpx/s, 3 s left`
 */
export function describeProgress(
  id: string,
  slide: number,
  slides: number,
  area: number,
  now: () => number = () => performance.now(),
): (progress: TileProgress) => SlideProgress {
  const began = now();
  let before: number | undefined;
  return ({ done, total }) => {
    // What an earlier run has done took no time of this one.
    before ??= done > 1 ? done - 1 : 0;
    const rate = (done - before) / Math.max((now() - began) / 1000, 1e-3);
    const left = Math.ceil((total - done) / rate);
    const megapixels = (rate * area) / total / 1e6;
    const speed = `${rate.toFixed(1)} tiles/s, ${megapixels.toFixed(1)} Mpx/s`;
    const text = `slide ${id} (${slide} of ${slides}): ${done}/${total} tiles, ${speed}, ${left} s left`;
    return { done, total, id, slide, slides, text };
  };
}
