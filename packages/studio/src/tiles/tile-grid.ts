/**
 * How a slide is cut for viewers: levels that halve down to one pixel, in square tiles without overlap. Where a level of the file is such a level,
 * its own pixels are shown, and its tiles where they fit. Source: Microsoft's Deep Zoom file format.
 */
import type { Slide } from '@ftuseg/slide';

export interface GridLevel {
  /** Level-0 pixels per pixel: a power of two. */
  readonly factor: number;
  readonly width: number;
  readonly height: number;
  /** The level of the file with these pixels, to within one column and row that scanners leave out. */
  readonly stored: number | undefined;
  /** The file's tiles are those of the grid. */
  readonly sameTiles: boolean;
}

export interface TileGrid {
  readonly width: number;
  readonly height: number;
  /** Pixels. */
  readonly tileSize: number;
  /** By Deep Zoom's number: 0 is one pixel, the last the slide itself. */
  readonly levels: readonly GridLevel[];
}

/** Of slides whose file has no tiles that fit. */
const USUAL_TILE = 512;
const MIN_STORED_TILE = 128;
const MAX_STORED_TILE = 1024;

/** The side of the tiles that the level has in the file. */
function storedTile({ info }: Slide, level: number): number | undefined {
  const found = info.levels[level];
  if (found?.blocks !== 'tiles' || found.blockWidth !== found.blockHeight) return undefined;
  const side = found.blockWidth;
  return side >= MIN_STORED_TILE && side <= MAX_STORED_TILE ? side : undefined;
}

/** Scanners divide and drop the remainder, viewers round up. */
function storedLevel({ width, height, levels }: Slide, factor: number): number | undefined {
  const near = (own: number, whole: number): boolean => Math.abs(own - whole / factor) < 1;
  const found = levels.findIndex((level) => near(level.width, width) && near(level.height, height));
  return found < 0 ? undefined : found;
}

export function tileGrid(slide: Slide): TileGrid {
  const { width, height } = slide;
  const tileSize = storedTile(slide, 0) ?? USUAL_TILE;
  const last = Math.ceil(Math.log2(Math.max(width, height)));
  const levels = Array.from({ length: last + 1 }, (_, level): GridLevel => {
    const factor = 2 ** (last - level);
    const stored = storedLevel(slide, factor);
    return {
      factor,
      width: Math.ceil(width / factor),
      height: Math.ceil(height / factor),
      stored,
      sameTiles: stored !== undefined && slide.readJpegTile !== undefined && storedTile(slide, stored) === tileSize,
    };
  });
  return { width, height, tileSize, levels };
}

export interface Place {
  /** Deep Zoom's number. */
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

export interface TileBox {
  readonly level: GridLevel;
  /** Pixels of the level. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/** @returns undefined for a place that the slide does not have */
export function tileBox(grid: TileGrid, { level: number, column, row }: Place): TileBox | undefined {
  const level = grid.levels[number];
  if (level === undefined || column < 0 || row < 0) return undefined;
  const [left, top] = [column * grid.tileSize, row * grid.tileSize];
  if (left >= level.width || top >= level.height) return undefined;
  const columns = Math.min(grid.tileSize, level.width - left);
  return { level, left, top, columns, rows: Math.min(grid.tileSize, level.height - top) };
}
