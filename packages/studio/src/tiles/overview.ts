/** A slide small enough to be held: what the coarse levels that its file lacks, thumbnails and whole pictures are made from, so that the slide is read once. */
import type { Raster } from '@ftuseg/core';
import type { ByteCache, Slide } from '@ftuseg/slide';
import { readTile } from './read-tile.js';
import type { GridLevel, TileGrid } from './tile-grid.js';

/** Longest side, pixels. */
const USUAL_SIDE = 2048;
/** Where the file has no small level, the finer tiles are as dear as the whole slide. */
const FLAT_SIDE = 4096;
export const MAX_OVERVIEW_BYTES = 192 << 20;

/** Pictures by Deep Zoom's number of the level, from the first of `levels` down to one pixel. */
export interface Overview {
  /** Number of the finest level that is there. */
  readonly finest: number;
  readonly level: (number: number) => Raster | undefined;
}

export interface HeldOverview extends Overview {
  readonly bytes: number;
}

export const overviewBytes = ({ bytes }: HeldOverview): number => bytes;

export function finestLevel(slide: Slide, grid: TileGrid): number {
  const isSmall = ({ width, height }: { readonly width: number; readonly height: number }, side: number): boolean =>
    Math.max(width, height) <= side;
  const side = slide.levels.some((level) => isSmall(level, FLAT_SIDE)) ? USUAL_SIDE : FLAT_SIDE;
  return grid.levels.findLastIndex((level) => isSmall(level, side));
}

const readLevel = (slide: Slide, level: GridLevel, signal: AbortSignal): Promise<Raster> => {
  const { width: columns, height: rows } = level;
  return readTile(slide, { level, left: 0, top: 0, columns, rows }, async () => undefined, signal);
};

/** Halves a picture by the mean of its pixels, four to one. */
export type Halve = (picture: Raster) => Promise<Raster> | Raster;

async function makeOverview(slide: Slide, grid: TileGrid, halve: Halve, signal: AbortSignal): Promise<HeldOverview> {
  const finest = finestLevel(slide, grid);
  const pictures: Raster[] = [];
  for (let number = finest; number >= 0; number--) {
    const level = grid.levels[number];
    const above = pictures.at(-1);
    if (above !== undefined) pictures.push(await halve(above));
    else if (level !== undefined) pictures.push(await readLevel(slide, level, signal));
  }
  const bytes = pictures.reduce((sum, { data }) => sum + data.length, 0);
  return { finest, level: (number) => pictures[finest - number], bytes };
}

/** Overviews of the slides that were looked at last. */
export class Overviews {
  readonly #held: ByteCache<HeldOverview>;
  readonly #halve: Halve;

  /**
   * @param halve natively in Node, by the same numbers in a page
   * @param held of `MAX_OVERVIEW_BYTES`
   */
  constructor(halve: Halve, held: ByteCache<HeldOverview>) {
    this.#halve = halve;
    this.#held = held;
  }

  /** @param key of the slide and its version */
  of(key: string, slide: Slide, grid: TileGrid, signal: AbortSignal): Promise<Overview> {
    return this.#held.get(key, (all) => makeOverview(slide, grid, this.#halve, all), signal);
  }
}
