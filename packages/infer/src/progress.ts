/**
 * The progress line of a prediction: what, how far, how fast, how long still.
 */
import type { TileProgress } from './predict-slide.js';

/**
 * Starts the clock of one slide.
 * @param slide 1 for the first
 * @returns what turns tile counts into a line such as `slide b (2 of 5): 34/64 tiles, 12.3 tiles/s, 3 s left`
 */
export function describeProgress(
  id: string,
  slide: number,
  slides: number,
  now: () => number = () => performance.now(),
): (
  progress: TileProgress,
) => TileProgress & { readonly id: string; readonly slide: number; readonly slides: number; readonly text: string } {
  const began = now();
  return ({ done, total }) => {
    const rate = done / Math.max((now() - began) / 1000, 1e-3);
    const left = Math.ceil((total - done) / rate);
    const text = `slide ${id} (${slide} of ${slides}): ${done}/${total} tiles, ${rate.toFixed(1)} tiles/s, ${left} s left`;
    return { done, total, id, slide, slides, text };
  };
}
