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
import type { MemberColours } from './member-colours.js';
import type { TilesAhead } from './tiles-ahead.js';

/** What one item of a batch shows. */
export interface TileView {
  readonly column: number;
  readonly row: number;
  readonly view: TestTimeView;
}

/** One of the plan's members as a stream of tiles; whoever asks for jobs finds what it knows of the member on every one of them. */
export interface TileSource {
  readonly member: Member;
  /** The first tile column that is needed. */
  readonly firstColumn: number;
}

/** A batch for one member's network. */
export interface TileBatch<S extends TileSource> {
  readonly kind: 'tiles';
  readonly source: S;
  readonly data: Float32Array;
  readonly shape: BatchShape;
  readonly items: readonly TileView[];
}

/** A batch's answer: logits, items x classes x tile x tile. */
export interface TileAnswer<S extends TileSource> {
  readonly kind: 'logits';
  readonly source: S;
  readonly items: readonly TileView[];
  readonly logits: Float32Array;
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

/** An answer among the jobs was computed ahead. */
export type TileJob<S extends TileSource> = TileBatch<S> | TileAnswer<S> | BandEnd | BackgroundTiles;

export interface TileJobOptions<S extends TileSource> {
  /** Ends of the bands, columns of the plan's grid, ascending; the last is the grid's width. */
  readonly bands: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** Which tiles networks need not see; undefined: they see all. */
  readonly isBackground: BackgroundTest | undefined;
  /** In which colours networks see them. */
  readonly colours: MemberColours;
  /** Told how many tiles of a member's column are background. */
  readonly onBackground: (source: S, column: number, tiles: number) => void;
  /** Answers that are there before their turn; only for members whose batches are of one tile. */
  readonly ahead?: TilesAhead | undefined;
  /** What could not be decoded, in pixels of the member's grid. */
  readonly onUnreadable: (member: Member, piece: Rect) => void;
}

/**
 * @param sources of the plan's members, in their order
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function* tileJobs<S extends TileSource>(
  slide: Slide,
  plan: SlidePlan,
  sources: readonly S[],
  options: TileJobOptions<S>,
): AsyncGenerator<TileJob<S>, void, undefined> {
  const { bands, signal, onUnreadable } = options;
  const readers = sources.map((source) => ({
    source,
    reader: new ColumnReader(slide, source.member.layout, signal, (piece) => onUnreadable(source.member, piece)),
    next: source.firstColumn,
  }));
  for (const { member, firstColumn } of sources) options.ahead?.at(member, firstColumn);
  for (const right of bands) {
    for (const one of readers) {
      const { source, reader } = one;
      const { layout } = source.member;
      const limit = memberColumn(source.member, plan, right);
      while ((layout.columns[one.next] ?? limit) < limit) {
        const column = one.next++;
        yield* columnJobs({ source, column, strip: await reader.column(column) }, plan, options);
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

interface TileColumn<S extends TileSource> {
  readonly source: S;
  /** Index into the member's columns. */
  readonly column: number;
  readonly strip: Raster;
}

async function* columnJobs<S extends TileSource>(
  { source, column, strip }: TileColumn<S>,
  { views }: SlidePlan,
  { isBackground, colours, onBackground, ahead }: TileJobOptions<S>,
): AsyncGenerator<TileJob<S>, void, undefined> {
  const { member } = source;
  const { layout, batchSize, model } = member;
  let tiles: Raster[] = [];
  let items: TileView[] = [];
  let background = 0;
  ahead?.at(member, column);
  const pack = (): TileBatch<S> => {
    const { data, shape } = toBatch(tiles, model.card, model.session.acquire?.(batchSize * 3 * layout.tile ** 2));
    const batch = { kind: 'tiles', source, data, shape, items } as const;
    [tiles, items] = [[], []];
    return batch;
  };
  for (const [row, top] of layout.rows.entries()) {
    const tile = tileOfColumn(strip, top, layout.tile);
    if (isBackground?.(tile) === true) {
      background += views.length;
      continue;
    }
    await ahead?.work();
    // A column that has begun is done in its turn: what was given out of it is not to be computed once more.
    ahead?.at(member, column + 1);
    const shown = colours.show(member, tile);
    for (const view of views) {
      const pixels = applyViewToTile(shown, view);
      const logits = batchSize === 1 ? ahead?.answer({ member, column, row, view }, pixels) : undefined;
      if (logits !== undefined) {
        yield { kind: 'logits', source, items: [{ column, row, view }], logits };
        continue;
      }
      tiles.push(pixels);
      items.push({ column, row, view });
      if (tiles.length === batchSize) yield pack();
    }
  }
  if (tiles.length > 0) yield pack();
  onBackground(source, column, background / views.length);
  if (background > 0) yield { kind: 'background', count: background };
}
