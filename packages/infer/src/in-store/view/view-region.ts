/** Which tiles a person looks at. */
import type { Rect } from '@ftuseg/core';
import type { Member, SlidePlan } from '../../plan/plan.js';

/** A rectangle of tiles: indices into the member's columns and rows, from the first to before the last. */
export interface TileRegion {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const tilesOf = ({ left, right, top, bottom }: TileRegion): number =>
  Math.max(0, right - left) * Math.max(0, bottom - top);

/** The tiles, of those along one axis, that touch a stretch of it. */
function touching(starts: readonly number[], tile: number, from: number, to: number): [first: number, end: number] {
  const first = starts.findIndex((start) => start + tile > from);
  const end = starts.findLastIndex((start) => start < to) + 1;
  return first < 0 ? [0, 0] : [first, Math.max(first, end)];
}

/**
 * The tiles of a member that touch a view; of more than `most` those around its middle.
 * @param view level-0 pixels
 * @param firstColumn columns before it are done
 */
export function regionOf(
  { slide }: Pick<SlidePlan, 'slide'>,
  { grid, layout }: Member,
  view: Rect,
  firstColumn: number,
  most: number,
): TileRegion {
  const [across, down] = [grid.width / slide.width, grid.height / slide.height];
  const { columns, rows, tile } = layout;
  let [left, right] = touching(columns, tile, view.x * across, (view.x + view.width) * across);
  let [top, bottom] = touching(rows, tile, view.y * down, (view.y + view.height) * down);
  left = Math.max(left, firstColumn);
  const [middle, centre] = [(left + right) / 2, (top + bottom) / 2];
  // The longer side gives way, at the end that is farther from the middle.
  while ((right - left) * (bottom - top) > Math.max(1, most)) {
    if (right - left >= bottom - top) {
      if (right - middle >= middle - left) right--;
      else left++;
    } else if (bottom - centre >= centre - top) bottom--;
    else top++;
  }
  return { left, right: Math.max(left, right), top, bottom };
}
