/** What of a map of probabilities lies above a limit, as runs: a slide's map may be larger than memory. */
import { createColumnRunEncoder, type RunMask, raster } from '@ftuseg/core';
import type { ProbabilityMap } from './measure-map.js';

/** Pixels that are decoded at one time. */
const MAX_BAND_PIXELS = 1 << 22;

/** @returns label 1 where the probability is at least `low`, 0 to 1 */
export async function runsFrom(map: ProbabilityMap, low: number): Promise<RunMask> {
  const { width, height } = map;
  const encoder = createColumnRunEncoder(width, height);
  const columns = Math.max(1, Math.floor(MAX_BAND_PIXELS / height));
  for (let x = 0; x < width; x += columns) {
    const rect = { x, y: 0, width: Math.min(columns, width - x), height };
    const { data } = await map.octets(rect, 1);
    encoder.push(
      raster(
        rect.width,
        height,
        1,
        data.map((octet) => (octet >= low * 255 ? 1 : 0)),
      ),
    );
  }
  return encoder.finish();
}
