/**
 * What every way over a slide takes and gives: bands of columns that are finished, and how far the work is. Below both ways (`predict/` and
 * `reference/`), so that neither needs the other's types.
 */
import type { Rect } from '@ftuseg/core';
import type { TileChoice } from '../cascade/tile-choice.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { Level0State } from '../level0/level0-thresholder.js';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import type { BackgroundTest } from '../tiles/background.js';
import type { MemberColours } from '../tiles/member-colours.js';
import type { TilesAhead } from '../tiles/tiles-ahead.js';

export interface TileProgress {
  /** Of the tiles that are computed, times views: those that are done; background counts as done. */
  readonly done: number;
  readonly total: number;
}

export interface PredictBandsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where an earlier prediction of the same plan stood; the beginning if unset. */
  readonly state?: Level0State | undefined;
  readonly bandColumns?: number | undefined;
  /** Called after every batch. */
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
  /** Which tiles are background; found out by an overview of the slide if unset. */
  readonly isBackground?: BackgroundTest | undefined;
  /** Which tiles are computed; all if unset. Those that are not count as background. Merge `or` has no choice. */
  readonly choice?: TileChoice | undefined;
  /** Whether bands say how far the models of an ensemble are apart; false if unset. */
  readonly spread?: boolean | undefined;
  /** In which colours networks see the slide; found out by an overview if unset. */
  readonly colours?: MemberColours | undefined;
  /** What is computed before its turn; merge `or` has none, nor have members whose batches are of several tiles. */
  readonly ahead?: TilesAhead | undefined;
  /** Told how many tiles of a column of one of the plan's members are background, of those that would be computed. */
  readonly onBackground?: ((member: number, column: number, tiles: number) => void) | undefined;
  /** Called with every part of the slide that cannot be decoded, level-0 pixels; it is taken for white. */
  readonly onUnreadable?: ((region: Rect) => void) | undefined;
}

/** Columns that are finished. */
export interface PredictedBand extends ProbabilityBand {
  readonly runs: ColumnRuns;
  /** Where the next band begins. */
  readonly state: Level0State;
}
