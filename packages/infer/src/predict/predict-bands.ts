/**
 * A slide through an ensemble, band after band from left to right: tiles, stitching, ensemble, DenseCRF, level-0 runs. Everything
 * overlaps in time, and memory holds a few bands, however large the slide.
 */
import type { Rect } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { PredictBandsOptions, PredictedBand } from '../bands/predicted-band.js';
import { batchGroups } from '../cascade/batch-groups.js';
import type { TileChoice } from '../cascade/tile-choice.js';
import { throwIfCancelled, yieldToEventLoop } from '../concurrency/cancel.js';
import { prefetch } from '../concurrency/prefetch.js';
import { Level0Thresholder } from '../level0/level0-thresholder.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { invertViewOfPlanes } from '../plan/views.js';
import { referenceBands } from '../reference/reference-bands.js';
import { crfBands, crfContext } from '../refine/crf-stage.js';
import type { WeightedMerge } from '../settings/predict-settings.js';
import { MemberMerger, type MemberSource, type ProbabilityBand } from '../stitch/merge-members.js';
import { Stitcher } from '../stitch/stitch.js';
import { backgroundTestOf } from '../tiles/background.js';
import type { TileSource } from '../tiles/batch-packer.js';
import { coloursOf } from '../tiles/member-colours.js';
import { jobsUnderWay, runJobs } from '../tiles/run-jobs.js';
import { memberColumn, type TileAnswer, tileJobs } from '../tiles/tile-jobs.js';

/** Columns of the plan's grid between two places where work can be taken up again. */
const BAND_COLUMNS = 256;
/** Bands that wait while the one before is refined and written. */
const BANDS_AHEAD = 2;

/**
 * @throws {FtuError} `cancelled` after `signal` fired; whatever the slide's reader and the sessions throw
 * @example
 * for await (const { runs } of predictBands(slide, planSlide(slide, ensemble, settings))) save(runs);
 */
export async function* predictBands(
  slide: Slide,
  plan: SlidePlan,
  options: PredictBandsOptions = {},
): AsyncGenerator<PredictedBand, void, undefined> {
  const { signal, state } = options;
  throwIfCancelled(signal);
  const { crf, merge, threshold } = plan.settings;
  const left = state?.gridRight ?? 0;
  if (left === plan.grid.width) return;
  if (merge === 'or') {
    yield* referenceBands(slide, plan, options);
    return;
  }
  const level0 = new Level0Thresholder(plan.grid, plan.slide, threshold, state);
  const start = crf === undefined ? left : crfContext(crf, left);
  const stitched = prefetch(stitchedBands(slide, plan, merge, start, options), BANDS_AHEAD);
  const bands = crf === undefined ? stitched : crfBands(stitched, slide, plan, { crf, left, signal });
  for await (const band of bands) {
    throwIfCancelled(signal);
    const runs = level0.push(band.probability);
    yield { ...band, runs, state: level0.state };
    await yieldToEventLoop();
  }
}

/** What the members' tiles make, on the plan's grid, from column `start` on. */
async function* stitchedBands(
  slide: Slide,
  plan: SlidePlan,
  merge: WeightedMerge,
  start: number,
  options: PredictBandsOptions,
): AsyncGenerator<ProbabilityBand, void, undefined> {
  const { signal, onProgress, onUnreadable, onBackground, choice, bandColumns = BAND_COLUMNS } = options;
  const { settings, views } = plan;
  const stitched = plan.members.map((member, index) => stitchedMember(member, index, { plan, merge, start, choice }));
  const merger = new MemberMerger(plan, stitched, start, { spread: options.spread });
  const jobs = tileJobs(slide, plan, stitched, {
    bands: bandEnds(start, plan.grid.width, bandColumns),
    signal,
    isBackground: settings.all ? undefined : (options.isBackground ?? (await backgroundTestOf(slide, signal))),
    choice,
    ahead: options.ahead,
    colours: options.colours ?? (await coloursOf(slide, plan, signal)),
    onBackground: ({ index }, column, tiles) => onBackground?.(index, column, tiles),
    onUnreadable: (member, piece) => onUnreadable?.(level0Rect(piece, member, plan)),
  });
  const total = (choice?.count ?? plan.tiles) * views.length;
  let done = stitched.reduce((sum, source) => sum + tilesBefore(source, choice), 0) * views.length;
  const report = (count: number): void => {
    done += count;
    onProgress?.({ done, total });
  };
  for await (const result of runJobs(jobs, plan, jobsUnderWay(plan))) {
    throwIfCancelled(signal);
    if (result.kind === 'band') yield merger.take(result.right);
    else if (result.kind === 'background') report(result.count);
    else {
      addTiles(result, views);
      report(result.items.length);
    }
  }
}

/** A member, and its tiles as far as they are stitched. */
interface StitchedMember extends MemberSource, TileSource {
  /** Of the plan's members. */
  readonly index: number;
  readonly stitcher: Stitcher;
}

/** Tiles that are done where work is taken up at a source's first column. */
function tilesBefore({ member, firstColumn }: StitchedMember, choice: TileChoice | undefined): number {
  let tiles = 0;
  for (let column = 0; column < firstColumn; column++) {
    tiles += choice?.inColumn(member, column) ?? member.layout.rows.length;
  }
  return tiles;
}

interface StitchOptions {
  readonly plan: SlidePlan;
  readonly merge: WeightedMerge;
  /** First column of the plan's grid. */
  readonly start: number;
  readonly choice: TileChoice | undefined;
}

function stitchedMember(member: Member, index: number, options: StitchOptions): StitchedMember {
  const { plan, merge, start, choice } = options;
  const { layout } = member;
  const left = memberStart(member, plan, start);
  const needed = layout.columns.findIndex((column) => column + layout.tile > left);
  const stitcher = new Stitcher(layout, plan.classes.length, merge, left);
  return {
    member,
    index,
    left,
    // Work that is taken up again makes the same batches.
    firstColumn: batchGroups(member, choice, plan.views.length)[needed] ?? needed,
    stitcher,
    take: (right) => stitcher.take(memberColumn(member, plan, right)),
  };
}

function addTiles({ source, items, logits }: TileAnswer<StitchedMember>, views: SlidePlan['views']): void {
  const { member, stitcher } = source;
  const length = logits.length / items.length;
  for (const [n, { column, row, view }] of items.entries()) {
    const planes = logits.subarray(n * length, (n + 1) * length);
    stitcher.add(column, row, invertViewOfPlanes(planes, member.layout.tile, view), 1 / views.length);
  }
  member.model.session.release?.(logits);
}

/** Ends of bands: multiples of `columns` after `start`, and the grid's own end. */
function bandEnds(start: number, width: number, columns: number): number[] {
  const ends: number[] = [];
  for (let end = (Math.floor(start / columns) + 1) * columns; end < width; end += columns) ends.push(end);
  return [...ends, width];
}

/** The first of the member's columns that the plan's column `start` is made of. */
function memberStart({ grid }: Member, plan: SlidePlan, start: number): number {
  if (grid.width === plan.grid.width) return start;
  return Math.max(Math.floor((start * grid.width) / plan.grid.width) - 2, 0);
}

function level0Rect(piece: Rect, { grid }: Member, { slide }: SlidePlan): Rect {
  const [across, down] = [slide.width / grid.width, slide.height / grid.height];
  const [x, y] = [Math.floor(piece.x * across), Math.floor(piece.y * down)];
  const right = Math.min(Math.ceil((piece.x + piece.width) * across), slide.width);
  const bottom = Math.min(Math.ceil((piece.y + piece.height) * down), slide.height);
  return { x, y, width: right - x, height: bottom - y };
}
