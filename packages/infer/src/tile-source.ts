/**
 * Reads a slide in bands of tile columns at working resolution. Columns are the order in which run-length code runs; a band
 * of several columns reads their overlaps once; and a column is one piece of memory of which every tile is a part.
 */
import { crop, type Raster, raster, tileGrid } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { TileLayout } from './stitch.js';
import { type GridSize, readStrip } from './working-reader.js';

/** Working pixels in a band (12 MB), unless a single column has more. */
const PIXELS_PER_BAND = 4_000_000;

/** Where tiles lie: they cover the grid to its last pixel and do not leave it, unless it is smaller than a tile. */
export function layoutTiles({ width, height }: GridSize, tile: number, overlap: number): TileLayout {
  const rects = tileGrid(width, height, { tile, overlap });
  const columns = [...new Set(rects.map((rect) => rect.x))];
  const rows = [...new Set(rects.map((rect) => rect.y))];
  return { width, height, tile, columns, rows };
}

/** Neighbouring tile columns that are read together. */
export interface ColumnBand {
  /** Indices into `layout.columns`, and where those columns begin. */
  readonly columns: readonly { readonly column: number; readonly left: number }[];
  /** First working pixel. */
  readonly left: number;
  /** Working pixels. */
  readonly width: number;
}

/** Cuts the columns into bands of limited memory, from left to right. */
export function columnBands(layout: TileLayout, pixelsPerBand = PIXELS_PER_BAND): ColumnBand[] {
  const widest = Math.max(layout.tile, Math.floor(pixelsPerBand / layout.height));
  const bands: { columns: { column: number; left: number }[]; left: number; width: number }[] = [];
  for (const [column, left] of layout.columns.entries()) {
    const right = Math.min(left + layout.tile, layout.width);
    const band = bands.at(-1);
    if (band === undefined || right - band.left > widest) {
      bands.push({ columns: [{ column, left }], left, width: right - left });
    } else {
      band.columns.push({ column, left });
      band.width = right - band.left;
    }
  }
  return bands;
}

/** @throws {FtuError} `cancelled`, or what the slide throws */
export function readBand(
  slide: Slide,
  layout: TileLayout,
  band: ColumnBand,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  return readStrip(slide, layout, band.left, band.width, signal);
}

/**
 * One column of tiles, reflected at the right and bottom where the slide is smaller than a tile.
 * @param pixels of the band
 * @param left the column's first working pixel
 * @returns `tile` pixels wide, RGB, at least `tile` pixels high
 */
export function columnOfBand(pixels: Raster, band: ColumnBand, left: number, tile: number): Raster {
  return crop(pixels, { x: left - band.left, y: 0, width: tile, height: Math.max(tile, pixels.height) }, 'reflect');
}

/** The tile of a column that starts at row `top`: a view on the column's memory. */
export function tileOfColumn(column: Raster, top: number, tile: number): Raster {
  const rowLength = column.width * column.channels;
  return raster(tile, tile, column.channels, column.data.subarray(top * rowLength, (top + tile) * rowLength));
}
