/**
 * Where tiles lie, and which neighbouring columns of them are read together. How tiles are grouped follows from the layout alone,
 * never from where work was interrupted, so that every tile has the same pixels whoever asks.
 */
import { tileGrid } from '@ftuseg/core';

/** Tiles start at every combination of `columns` (x) and `rows` (y), and are `tile` pixels square. */
export interface TileLayout {
  readonly width: number;
  readonly height: number;
  readonly tile: number;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/** Working pixels of a group of columns (12 MB as RGB), unless a single column has more. */
const PIXELS_PER_GROUP = 4_000_000;

/** They cover the grid to its last pixel and do not leave it, unless it is smaller than a tile. */
export function layoutTiles(
  { width, height }: { readonly width: number; readonly height: number },
  tile: number,
  overlap: number,
): TileLayout {
  const rects = tileGrid(width, height, { tile, overlap });
  const columns = [...new Set(rects.map((rect) => rect.x))];
  const rows = [...new Set(rects.map((rect) => rect.y))];
  return { width, height, tile, columns, rows };
}

/** Neighbouring tile columns that are read together. */
export interface ColumnGroup {
  /** Indices into `layout.columns`: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** First working pixel. */
  readonly left: number;
  /** Working pixels. */
  readonly width: number;
}

/** Cuts the columns into groups of limited memory, from left to right. */
export function columnGroups(layout: TileLayout, pixelsPerGroup = PIXELS_PER_GROUP): ColumnGroup[] {
  const widest = Math.max(layout.tile, Math.floor(pixelsPerGroup / layout.height));
  const groups: { from: number; to: number; left: number; width: number }[] = [];
  for (const [column, left] of layout.columns.entries()) {
    const right = Math.min(left + layout.tile, layout.width);
    const group = groups.at(-1);
    if (group === undefined || right - group.left > widest) {
      groups.push({ from: column, to: column + 1, left, width: right - left });
    } else {
      group.to = column + 1;
      group.width = right - group.left;
    }
  }
  return groups;
}
