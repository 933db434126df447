/** Under which names the answers for a tile are kept. */
import type { TestTimeView } from '@ftuseg/core';
import type { TileLayout } from '../plan/tile-layout.js';

/** @param x and @param y where the tile begins, pixels of its grid: layouts that overlap otherwise may share tiles */
export const tileKey = (x: number, y: number, view: TestTimeView): string => `${x},${y},${view}`;

/** A tile that shows nothing but background. */
export const backgroundKey = (x: number, y: number): string => `${x},${y},background`;

/** The tiles of a layout from left to right, in each column from top to bottom. */
export function* placesOf({ columns, rows }: Pick<TileLayout, 'columns' | 'rows'>) {
  for (const [column, x] of columns.entries()) for (const [row, y] of rows.entries()) yield { column, row, x, y };
}
