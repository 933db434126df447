/**
 * The stream of work that a slide makes for the networks: band after band, in each the tile columns of every member, packed
 * into batches. The order follows from the plan alone, and so does every sum that is made of the answers.
 */
import type { Raster, Rect } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { batchGroups } from '../cascade/batch-groups.js';
import type { TileChoice } from '../cascade/tile-choice.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { applyViewToTile } from '../plan/views.js';
import type { BackgroundTest } from './background.js';
import { BatchPacker, type TileBatch, type TileSource, type TileSources, type TileView } from './batch-packer.js';
import { ColumnReader } from './column-reader.js';
import { tileOfColumn } from './columns.js';
import type { MemberColours } from './member-colours.js';
import type { TilesAhead } from './tiles-ahead.js';

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

/** Tiles of background that no network needs to see; each counts once per view. */
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
  /** Which tiles are computed; undefined: all. Others are not even read where their column has no tile that is. */
  readonly choice?: TileChoice | undefined;
  /** In which colours networks see them. */
  readonly colours: MemberColours;
  /** Told how many of the tiles that would be computed of a member's column are background. */
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
  const { bands, signal, onUnreadable, choice, ahead } = options;
  const works = computedTogether(sources).map((together) => {
    const [{ member, firstColumn }] = together;
    const wanted = choice && ((column: number) => choice.inColumn(member, column) > 0);
    const onPiece = (piece: Rect): void => {
      for (const one of together) onUnreadable(one.member, piece);
    };
    const reader = new ColumnReader(slide, member.layout, signal, { wanted, onUnreadable: onPiece });
    const groups = batchGroups(member, choice, plan.views.length);
    return { sources: together, reader, groups, next: firstColumn, packer: new BatchPacker(together) };
  });
  for (const { member, firstColumn } of sources) ahead?.at(member, firstColumn);
  for (const right of bands) {
    for (const work of works) {
      const { sources: together, reader, groups, packer } = work;
      const [{ member }] = together;
      const { layout } = member;
      const limit = memberColumn(member, plan, right);
      // What is begun of a group is finished, beyond the band too.
      while ((layout.columns[work.next] ?? limit) < limit || groups[work.next] === groups[work.next - 1]) {
        const column = work.next++;
        if (choice?.inColumn(member, column) !== 0) {
          yield* columnJobs({ sources: together, packer, column, strip: await reader.column(column) }, plan, options);
        }
        if (groups[column + 1] !== groups[column]) yield* packer.rest();
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

/** Streams by the networks that compute them: one by itself, or those of a shared network, which see the same tiles from the same column on. */
function computedTogether<S extends TileSource>(sources: readonly S[]): TileSources<S>[] {
  const found: [S, ...S[]][] = [];
  for (const source of sources) {
    const group = found.find(([first]) => areTogether(first, source));
    if (group === undefined) found.push([source]);
    else group.push(source);
  }
  return found;
}

function areTogether(one: TileSource, other: TileSource): boolean {
  const { shared } = one.member.model;
  if (shared === undefined || shared.network !== other.member.model.shared?.network) return false;
  const what = ({ firstColumn, member: { layout, batchSize, colours } }: TileSource): string =>
    JSON.stringify([firstColumn, batchSize, layout, colours]);
  return what(one) === what(other);
}

interface TileColumn<S extends TileSource> {
  readonly sources: TileSources<S>;
  readonly packer: BatchPacker<S>;
  /** Index into the member's columns. */
  readonly column: number;
  readonly strip: Raster;
}

async function* columnJobs<S extends TileSource>(
  { sources, packer, column, strip }: TileColumn<S>,
  { views }: SlidePlan,
  { isBackground, choice, colours, onBackground, ahead }: TileJobOptions<S>,
): AsyncGenerator<TileJob<S>, void, undefined> {
  const [source] = sources;
  const { member } = source;
  const { layout, batchSize } = member;
  let background = 0;
  ahead?.at(member, column);
  for (const [row, top] of layout.rows.entries()) {
    if (choice?.has(member, column, row) === false) continue;
    const tile = tileOfColumn(strip, top, layout.tile);
    if (isBackground?.(tile) === true) {
      background++;
      continue;
    }
    await ahead?.work();
    // A column that has begun is done in its turn: what was given out of it is not to be computed once more.
    ahead?.at(member, column + 1);
    const shown = colours.show(member, tile);
    for (const view of views) {
      const pixels = applyViewToTile(shown, view);
      const logits =
        batchSize === 1 && sources.length === 1
          ? await ahead?.answer({ member, column, row, view }, pixels)
          : undefined;
      if (logits !== undefined) yield { kind: 'logits', source, items: [{ column, row, view }], logits };
      else yield* packer.add(pixels, { column, row, view });
    }
  }
  for (const one of sources) onBackground(one, column, background);
  if (background > 0) yield { kind: 'background', count: background * views.length * sources.length };
}
