/** How much of a slide holds no tissue, by its overview. */
import { crop, lookAt } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { backgroundTest, readOverview } from '../../tiles/background.js';

/** Cells across the overview's longer side. */
const CELLS = 32;

/** @returns 0 to 1 */
export async function backgroundShare(slide: Slide, signal: AbortSignal | undefined): Promise<number> {
  const overview = await readOverview(slide, signal);
  const isBackground = backgroundTest(lookAt(overview));
  const side = Math.max(4, Math.ceil(Math.max(overview.width, overview.height) / CELLS));
  let [cells, empty] = [0, 0];
  for (let y = 0; y < overview.height; y += side) {
    for (let x = 0; x < overview.width; x += side) {
      const [width, height] = [Math.min(side, overview.width - x), Math.min(side, overview.height - y)];
      cells++;
      if (isBackground(crop(overview, { x, y, width, height }))) empty++;
    }
  }
  return empty / cells;
}
