/**
 * Whether a reduced level shows all that the finest one shows. Where pieces of it are missing, it would show white paper instead of tissue: a network would
 * find nothing there, and nobody would be told.
 */
import type { Window } from '../placed/placed-tiles.js';
import { indexTiles, type Tile } from '../placed/tile-index.js';
import type { SubBlock } from './directory.js';
import type { CziLevel } from './levels.js';

/** A sub-block on the slide, level-0 pixels. */
export interface BlockTile extends Tile {
  readonly scene: number | undefined;
}

export const tileOf = ({ x, y, at }: SubBlock): BlockTile => ({
  at: { x: x.start, y: y.start },
  width: x.size,
  height: y.size,
  scene: at.S,
});

/** Pieces that one sub-block may be left in while others are taken off it; honest ones leave a handful. */
const MAX_PIECES = 256;
/** Sub-blocks and pieces that lie on each other; a mosaic of half a million tiles has fewer. */
const MAX_PAIRS = 1 << 24;

/** @returns how many sub-blocks of the finest level are not covered by pieces of their own scene, but for what is thinner than a pixel of this level */
export function uncovered(full: CziLevel, { downsample, blocks }: CziLevel): number {
  const tilesIn = indexTiles(blocks.map(tileOf));
  let pairs = 0;
  return full.blocks.filter((block) => {
    if (pairs > MAX_PAIRS) return true;
    const { at, width, height, scene } = tileOf(block);
    const window = { ...at, width, height };
    const own = tilesIn(window).filter((tile) => tile.scene === scene);
    pairs += own.length;
    return !isCovered(window, own, downsample);
  }).length;
}

/** Whether tiles cover a window, but for what is thinner than `pixel`. */
export function isCovered(window: Window, tiles: readonly Tile[], pixel: number): boolean {
  if (tiles.some((tile) => contains(tile, window))) return true;
  let left: Window[] = [window];
  for (const tile of tiles) {
    left = left.flatMap((piece) => without(piece, tile)).filter((piece) => isThick(piece, pixel));
    if (left.length === 0 || left.length > MAX_PIECES) break;
  }
  return !left.some((piece) => isThick(piece, pixel));
}

const contains = ({ at, width, height }: Tile, window: Window): boolean =>
  at.x <= window.x &&
  at.y <= window.y &&
  at.x + width >= window.x + window.width &&
  at.y + height >= window.y + window.height;

const isThick = ({ width, height }: Window, pixel: number): boolean => Math.min(width, height) >= pixel;

/** What of a window lies outside a tile: at most four windows. */
function without(window: Window, { at, width, height }: Tile): readonly Window[] {
  const [right, bottom] = [window.x + window.width, window.y + window.height];
  const [x0, y0] = [Math.max(window.x, at.x), Math.max(window.y, at.y)];
  const [x1, y1] = [Math.min(right, at.x + width), Math.min(bottom, at.y + height)];
  if (x0 >= x1 || y0 >= y1) return [window];
  return [
    { x: window.x, y: window.y, width: window.width, height: y0 - window.y },
    { x: window.x, y: y1, width: window.width, height: bottom - y1 },
    { x: window.x, y: y0, width: x0 - window.x, height: y1 - y0 },
    { x: x1, y: y0, width: right - x1, height: y1 - y0 },
  ];
}
