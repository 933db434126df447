/** A level as a page of square blocks, each put together from the photos' pieces that lie on it. */
import { FtuError } from '@ftuseg/core';
import type { TiffPage } from '../tiff/page.js';
import { pageOfBlocks } from '../tiff/page-of-blocks.js';
import { type PlacedTiles, tileAt, tileCount } from './placed-tiles.js';

/** Pixels a side of a block: few pieces for a small window, few blocks for a large one. */
const SIDE = 512;

export interface MiraxPage {
  readonly name: string;
  /** Of the level, pixels. */
  readonly width: number;
  readonly height: number;
  readonly placed: PlacedTiles;
  /** Pixels of an image from one row to the next. */
  readonly imageWidth: number;
  readonly compression: string;
  readonly fill: readonly [number, number, number];
  /** RGB of an image. */
  image(number: number, signal: AbortSignal | undefined): Promise<Uint8Array>;
  /** For messages. */
  readonly subject: string;
}

export function miraxPage(level: MiraxPage): TiffPage {
  const { name, width, height, compression } = level;
  const tilesOf = tilesByBlock(level, Math.ceil(width / SIDE), Math.ceil(height / SIDE));
  return pageOfBlocks({
    name,
    width,
    height,
    blockWidth: SIDE,
    blockHeight: SIDE,
    compression,
    read: (index, column, row, signal) => blockPixels(level, column, row, tilesOf(index), signal),
  });
}

/** Numbers of the tiles on each block, those on top last. */
function tilesByBlock({ placed }: MiraxPage, across: number, down: number): (block: number) => Int32Array {
  const starts = new Int32Array(across * down + 1);
  const visit = (see: (block: number, tile: number) => void): void => {
    for (let tile = 0; tile < tileCount(placed); tile++) {
      const { x, y } = tileAt(placed, tile);
      const [left, right] = [
        Math.max(0, Math.floor(x / SIDE)),
        Math.min(across - 1, Math.floor((x + placed.width - 1) / SIDE)),
      ];
      const [top, bottom] = [
        Math.max(0, Math.floor(y / SIDE)),
        Math.min(down - 1, Math.floor((y + placed.height - 1) / SIDE)),
      ];
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) see(row * across + column, tile);
      }
    }
  };
  visit((block) => {
    starts[block + 1] = (starts[block + 1] ?? 0) + 1;
  });
  for (let block = 0; block < across * down; block++)
    starts[block + 1] = (starts[block + 1] ?? 0) + (starts[block] ?? 0);
  const tiles = new Int32Array(starts[across * down] ?? 0);
  const next = starts.slice();
  visit((block, tile) => {
    const at = next[block] ?? 0;
    tiles[at] = tile;
    next[block] = at + 1;
  });
  return (block) => tiles.subarray(starts[block], starts[block + 1]);
}

async function blockPixels(
  level: MiraxPage,
  column: number,
  row: number,
  tiles: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { placed, fill, imageWidth, subject } = level;
  const out = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < out.length; i += 3) out.set(fill, i);
  for (const number of tiles) {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
    const { x, y, sourceX, sourceY, image } = tileAt(placed, number);
    const pixels = await level.image(image, signal);
    const [left, top] = [x - column * SIDE, y - row * SIDE];
    const [x0, x1] = [Math.max(0, left), Math.min(SIDE, left + placed.width)];
    const [y0, y1] = [Math.max(0, top), Math.min(SIDE, top + placed.height)];
    for (let line = y0; line < y1; line++) {
      const from = ((sourceY + line - top) * imageWidth + sourceX + x0 - left) * 3;
      out.set(pixels.subarray(from, from + (x1 - x0) * 3), (line * SIDE + x0) * 3);
    }
  }
  return out;
}
