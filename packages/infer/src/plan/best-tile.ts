/** Which side of tiles wastes least on a slide: the last tiles of a row and of a column rarely fit, and then neighbours overlap more than they have to. */
import { layoutTiles } from './tile-layout.js';

/** Networks answer by all that is on a tile, so that sides stay near those of the training: within an eighth. */
const NEAR = 1 / 8;
/** A slide that is smaller than a tile is mirrored; down to this share of the training's side, a tile of the slide's own size shows it alone. */
const LEAST = 1 / 2;

/**
 * @param grid working pixels of the slide @param trained side of the training's tiles @param stride sides are multiples of it
 * @param overlapOf a side of tiles, pixels
 * @returns the side that computes the fewest pixels; of those that compute as many, the one nearest to the training's
 */
export function bestTile(
  grid: { readonly width: number; readonly height: number },
  trained: number,
  stride: number,
  overlapOf: (tile: number) => number,
): number {
  const whole = Math.ceil(Math.max(grid.width, grid.height) / stride) * stride;
  const sides = new Set([trained]);
  for (let side = stride; side <= trained * (1 + NEAR); side += stride) {
    const isNear = side >= trained * (1 - NEAR);
    if (isNear || (side === whole && side >= trained * LEAST)) sides.add(side);
  }
  let best = { side: trained, pixels: Number.POSITIVE_INFINITY };
  for (const side of [...sides].sort((a, b) => Math.abs(a - trained) - Math.abs(b - trained))) {
    const overlap = overlapOf(side);
    if (overlap >= side) continue;
    const { columns, rows } = layoutTiles(grid, side, overlap);
    const pixels = columns.length * rows.length * side ** 2;
    if (pixels < best.pixels) best = { side, pixels };
  }
  return best.side;
}
