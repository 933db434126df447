/** Finds the tiles that touch a window among many that lie anywhere: by the square of a coarse grid that holds their corner. */
import type { Window } from './placed-tiles.js';

export interface Tile {
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

/**
 * @param tiles in an order that the answers keep
 * @returns the tiles that have a pixel in a window
 */
export function indexTiles<T extends Tile>(tiles: readonly T[]): (window: Window) => readonly T[] {
  const most = { width: 1, height: 1 };
  const first = { x: Number.POSITIVE_INFINITY, y: Number.POSITIVE_INFINITY };
  const last = { x: Number.NEGATIVE_INFINITY, y: Number.NEGATIVE_INFINITY };
  for (const { at, width, height } of tiles) {
    most.width = Math.max(most.width, width);
    most.height = Math.max(most.height, height);
    first.x = Math.min(first.x, at.x);
    first.y = Math.min(first.y, at.y);
    last.x = Math.max(last.x, at.x);
    last.y = Math.max(last.y, at.y);
  }
  if (tiles.length === 0) return () => [];
  const across = Math.floor((last.x - first.x) / most.width) + 1;
  const down = Math.floor((last.y - first.y) / most.height) + 1;
  const squares = new Map<number, number[]>();
  for (const [number, { at }] of tiles.entries()) {
    const column = Math.floor((at.x - first.x) / most.width);
    const square = Math.floor((at.y - first.y) / most.height) * across + column;
    const held = squares.get(square);
    if (held === undefined) squares.set(square, [number]);
    else held.push(number);
  }
  return (window) => {
    // A tile reaches no farther than into the next square.
    const left = Math.max(0, Math.floor((window.x - first.x) / most.width) - 1);
    const top = Math.max(0, Math.floor((window.y - first.y) / most.height) - 1);
    const right = Math.min(across - 1, Math.floor((window.x + window.width - 1 - first.x) / most.width));
    const bottom = Math.min(down - 1, Math.floor((window.y + window.height - 1 - first.y) / most.height));
    const found: number[] = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        for (const number of squares.get(row * across + column) ?? []) {
          const tile = tiles[number];
          if (tile !== undefined && touches(tile, window)) found.push(number);
        }
      }
    }
    const answer: T[] = [];
    for (const number of found.sort((a, b) => a - b)) {
      const tile = tiles[number];
      if (tile !== undefined) answer.push(tile);
    }
    return answer;
  };
}

const touches = ({ at, width, height }: Tile, window: Window): boolean =>
  at.x < window.x + window.width &&
  at.x + width > window.x &&
  at.y < window.y + window.height &&
  at.y + height > window.y;
