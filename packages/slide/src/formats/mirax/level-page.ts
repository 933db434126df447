/** A level as a page of square blocks, each put together from the photos' pieces that lie on it. */
import { FtuError } from '@ftuseg/core';
import type { TiffPage } from '../tiff/page.js';
import { pageOfBlocks } from '../tiff/page-of-blocks.js';
import { type PlacedTile, type PlacedTiles, tileAt, tileCount } from './placed-tiles.js';

/** Pixels a side of a block: few pieces for a small window, few blocks for a large one. */
const SIDE = 512;
/** Whose images are decoded beside each other: many decoders work, and a block of ten thousand pieces does not hold all of its images. */
const TILES_AT_ONCE = 16;

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

/** A block of one colour. */
function filledBlock(fill: readonly [number, number, number]): Uint8Array {
  const out = new Uint8Array(SIDE * SIDE * 3);
  out.set(fill);
  // What is filled doubles.
  for (let filled = 3; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
  return out;
}

async function blockPixels(
  level: MiraxPage,
  column: number,
  row: number,
  tiles: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { placed, fill, subject } = level;
  const out = filledBlock(fill);
  for (let at = 0; at < tiles.length; at += TILES_AT_ONCE) {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
    const some = Array.from(tiles.subarray(at, at + TILES_AT_ONCE), (number) => tileAt(placed, number));
    const images = await Promise.all(some.map(({ image }) => level.image(image, signal)));
    for (const [i, tile] of some.entries()) pasteTile(images[i] as Uint8Array, tile, level, { column, row, out });
  }
  return out;
}

interface Block {
  readonly column: number;
  readonly row: number;
  readonly out: Uint8Array;
}

function pasteTile(
  pixels: Uint8Array,
  { x, y, sourceX, sourceY }: PlacedTile,
  { placed, imageWidth }: MiraxPage,
  { column, row, out }: Block,
): void {
  const [left, top] = [x - column * SIDE, y - row * SIDE];
  const [x0, x1] = [Math.max(0, left), Math.min(SIDE, left + placed.width)];
  const [y0, y1] = [Math.max(0, top), Math.min(SIDE, top + placed.height)];
  for (let line = y0; line < y1; line++) {
    const from = ((sourceY + line - top) * imageWidth + sourceX + x0 - left) * 3;
    out.set(pixels.subarray(from, from + (x1 - x0) * 3), (line * SIDE + x0) * 3);
  }
}
