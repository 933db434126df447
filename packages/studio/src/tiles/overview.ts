/** A slide small enough to be held: what the coarse levels that its file lacks, thumbnails and whole pictures are made from, so that the slide is read once. */
import { emptyRaster, FtuError, type Raster } from '@ftuseg/core';
import type { ByteCache, Slide } from '@ftuseg/slide';
import { readTile } from './read-tile.js';
import type { GridLevel, TileBox, TileGrid } from './tile-grid.js';

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

/** Pixels a side of what is read again where a level is damaged. */
const PIECE = 64;
const WHITE = 255;
/** How much coarser a piece is tried than its level, until white stands for it. */
const COARSER = [2, 4, 8, 16, 32];

const isDamage = (error: unknown): boolean => error instanceof FtuError && error.code === 'bad-input';

/** @returns undefined for damage */
const unlessDamaged = (reading: Promise<Raster>): Promise<Raster | undefined> =>
  reading.catch((error: unknown) => {
    if (isDamage(error)) return undefined;
    throw error;
  });

const readBox = (slide: Slide, box: TileBox, signal: AbortSignal): Promise<Raster> =>
  readTile(slide, box, async () => undefined, signal);

/** A piece by a coarser level of the file, which may be whole. */
async function coarserPiece(slide: Slide, { level, left, top, columns, rows }: TileBox, signal: AbortSignal) {
  const [x, y] = [left * level.factor, top * level.factor];
  const width = Math.min(columns * level.factor, slide.width - x);
  const height = Math.min(rows * level.factor, slide.height - y);
  for (const times of COARSER) {
    const region = { x, y, width, height, downsample: level.factor * times };
    const read = await unlessDamaged(slide.readRegion(region, { signal }));
    if (read !== undefined) return enlarged(read, columns, rows);
  }
  return undefined;
}

/** By the nearest pixel. */
function enlarged({ width, height, data }: Raster, columns: number, rows: number): Raster {
  const out = emptyRaster(columns, rows, 3);
  for (let row = 0; row < rows; row++) {
    const line = Math.floor((row * height) / rows) * width;
    for (let column = 0; column < columns; column++) {
      const from = (line + Math.floor((column * width) / columns)) * 3;
      out.data.set(data.subarray(from, from + 3), (row * columns + column) * 3);
    }
  }
  return out;
}

/** A whole level. What is damaged is shown as a coarser level of the file has it, else white: one bad tile must not hide a slide. */
async function readLevel(slide: Slide, level: GridLevel, signal: AbortSignal): Promise<Raster> {
  const { width, height } = level;
  const whole = readBox(slide, { level, left: 0, top: 0, columns: width, rows: height }, signal);
  const sound = await unlessDamaged(whole);
  if (sound !== undefined) return sound;
  const out = emptyRaster(width, height, 3);
  out.data.fill(WHITE);
  let shown = 0;
  for (let top = 0; top < height; top += PIECE) {
    for (let left = 0; left < width; left += PIECE) {
      const box = { level, left, top, columns: Math.min(PIECE, width - left), rows: Math.min(PIECE, height - top) };
      const piece = (await unlessDamaged(readBox(slide, box, signal))) ?? (await coarserPiece(slide, box, signal));
      if (piece === undefined) continue;
      shown++;
      paste(out, piece, left, top);
    }
  }
  return shown === 0 ? whole : out;
}

function paste(out: Raster, { width, height, data }: Raster, left: number, top: number): void {
  for (let row = 0; row < height; row++) {
    const from = row * width * 3;
    out.data.set(data.subarray(from, from + width * 3), ((top + row) * out.width + left) * 3);
  }
}

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
