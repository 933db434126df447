/**
 * The stream of work that a slide makes for the networks: band after band, in each the tile columns of every member, packed
 * into batches. The order follows from the plan alone, and so does every sum that is made of the answers.
 */
import type { Raster, Rect, TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { Member, SlidePlan } from '../plan/plan.js';
import { applyViewToTile } from '../plan/views.js';
import type { BatchShape } from '../session/session.js';
import type { BackgroundTest } from './background.js';
import { toBatch } from './batch.js';
import { ColumnReader } from './column-reader.js';
import { tileOfColumn } from './columns.js';

/** What one item of a batch shows. */
export interface TileView {
  readonly column: number;
  readonly row: number;
  readonly view: TestTimeView;
}

/** A batch for one member's network. */
export interface TileBatch {
  readonly kind: 'tiles';
  readonly member: Member;
  /** Index into the plan's members. */
  readonly index: number;
  readonly data: Float32Array;
  readonly shape: BatchShape;
  readonly items: readonly TileView[];
}

/** All tiles that touch the columns left of `right` (of the plan's grid) have been given out. */
export interface BandEnd {
  readonly kind: 'band';
  readonly right: number;
}

/** Tiles of background that no network needs to see. */
export interface BackgroundTiles {
  readonly kind: 'background';
  readonly count: number;
}

export type TileJob = TileBatch | BandEnd | BackgroundTiles;

export interface TileJobOptions {
  /** Ends of the bands, columns of the plan's grid, ascending; the last is the grid's width. */
  readonly bands: readonly number[];
  /** For each member the first tile column that is needed. */
  readonly firstColumns: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** Which tiles networks need not see; undefined: they see all. */
  readonly isBackground: BackgroundTest | undefined;
  /** Told how many tiles of a member's column are background. */
  readonly onBackground: (member: number, column: number, tiles: number) => void;
  /** What could not be decoded, in pixels of the member's grid. */
  readonly onUnreadable: (member: Member, piece: Rect) => void;
}

/**
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function* tileJobs(
  slide: Slide,
  plan: SlidePlan,
  options: TileJobOptions,
): AsyncGenerator<TileJob, void, undefined> {
  const { bands, firstColumns, signal, onUnreadable } = options;
  const readers = plan.members.map((member, index) => ({
    member,
    index,
    reader: new ColumnReader(slide, member.layout, signal, (piece) => onUnreadable(member, piece)),
    next: firstColumns[index] ?? 0,
  }));
  for (const right of bands) {
    for (const one of readers) {
      const { member, index, reader } = one;
      const limit = memberColumn(member, plan, right);
      while ((member.layout.columns[one.next] ?? limit) < limit) {
        const column = one.next++;
        yield* columnJobs({ member, index, column, strip: await reader.column(column) }, plan, options);
      }
    }
    yield { kind: 'band', right };
  }
}

/**
 * The member's columns left of this one are all that the plan's columns left of `right` are made of: one more than the
 * position itself, since grids of different sizes meet by interpolation.
 */
export function memberColumn({ grid }: Member, plan: SlidePlan, right: number): number {
  if (right >= plan.grid.width) return grid.width;
  if (grid.width === plan.grid.width) return right;
  return Math.min(Math.ceil((right * grid.width) / plan.grid.width) + 1, grid.width);
}

interface TileColumn {
  readonly member: Member;
  /** Index into the plan's members. */
  readonly index: number;
  /** Index into the member's columns. */
  readonly column: number;
  readonly strip: Raster;
}

function* columnJobs(
  { member, index, column, strip }: TileColumn,
  { views }: SlidePlan,
  { isBackground, onBackground }: TileJobOptions,
): Generator<TileJob, void, undefined> {
  const { layout, batchSize, model } = member;
  let tiles: Raster[] = [];
  let items: TileView[] = [];
  let background = 0;
  const pack = (): TileBatch => {
    const { data, shape } = toBatch(tiles, model.card, model.session.acquire?.(batchSize * 3 * layout.tile ** 2));
    const batch = { kind: 'tiles', member, index, data, shape, items } as const;
    [tiles, items] = [[], []];
    return batch;
  };
  for (const [row, top] of layout.rows.entries()) {
    const tile = tileOfColumn(strip, top, layout.tile);
    if (isBackground?.(tile) === true) {
      background += views.length;
      continue;
    }
    for (const view of views) {
      tiles.push(applyViewToTile(tile, view));
      items.push({ column, row, view });
      if (tiles.length === batchSize) yield pack();
    }
  }
  if (tiles.length > 0) yield pack();
  onBackground(index, column, background / views.length);
  if (background > 0) yield { kind: 'background', count: background };
}
