/** Progress of one slide with the seconds that are left, by the tiles of this run alone. */
import type { TileProgress } from '../bands/predicted-band.js';

export interface StoreProgress extends TileProgress {
  readonly secondsLeft: number;
}

/** Starts the clock. */
export function timeLeft(
  tell: (progress: StoreProgress) => void,
  now: () => number = () => performance.now(),
): (progress: TileProgress) => void {
  const began = now();
  let before: number | undefined;
  return ({ done, total }) => {
    // What an earlier run has done took no time of this one.
    before ??= Math.max(0, done - 1);
    const perTile = (now() - began) / 1000 / Math.max(1, done - before);
    tell({ done, total, secondsLeft: perTile * (total - done) });
  };
}
