/** Which side of tiles wastes least on a slide: the last tiles of a row and of a column rarely fit, and then neighbours overlap more than they have to. */
import { overlapOf, STRIDE, type TileSettings } from '../settings/tile-geometry.js';
import { layoutTiles } from './tile-layout.js';

/** Networks answer by all that is on a tile, so that sides stay near those of the training: within an eighth. */
const NEAR = 1 / 8;
/** A slide that is smaller than a tile is mirrored; down to this share of the training's side, a tile of the slide's own size shows it alone. */
const LEAST = 1 / 2;

/**
 * @param grid working pixels of the slide @param trained side of the training's tiles
 * @returns the side that computes the fewest pixels; of those that compute as many, the one nearest to the training's
 */
export function bestTile(
  grid: { readonly width: number; readonly height: number },
  trained: number,
  settings: TileSettings,
): number {
  const whole = Math.ceil(Math.max(grid.width, grid.height) / STRIDE) * STRIDE;
  const sides = new Set([trained]);
  for (let side = STRIDE; side <= trained * (1 + NEAR); side += STRIDE) {
    const isNear = side >= trained * (1 - NEAR);
    if (isNear || (side === whole && side >= trained * LEAST)) sides.add(side);
  }
  let best = { side: trained, pixels: Number.POSITIVE_INFINITY };
  for (const side of [...sides].sort((a, b) => Math.abs(a - trained) - Math.abs(b - trained))) {
    const overlap = overlapOf(settings, side);
    if (overlap >= side) continue;
    const { columns, rows } = layoutTiles(grid, side, overlap);
    const pixels = columns.length * rows.length * side ** 2;
    if (pixels < best.pixels) best = { side, pixels };
  }
  return best.side;
}
