/** Makes the mask of a run-length code: its runs, painted. */
import type { Raster } from '../raster/raster.js';
import { paintRuns } from '../runs/paint-runs.js';
import { runsOfRle } from '../runs/rle-runs.js';
import type { RleOptions } from './rle-parse.js';

/**
 * Makes the mask of a run-length code: one channel, 1 where there is foreground and 0 elsewhere; '' gives an empty mask.
 *
 * @throws FtuError `bad-input` on any malformed text, as `rleRuns`.
 * @example
 * decodeRle('1 2', 2, 2).data; // Uint8Array [1, 0, 1, 0]: the first column
 */
export function decodeRle(text: string, width: number, height: number, options: RleOptions = {}): Raster {
  return paintRuns(runsOfRle(text, width, height, options), { x: 0, y: 0, width, height });
}
