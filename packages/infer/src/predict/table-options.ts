/** What a caller may ask of the prediction of a table, and what it gets. */
import type { BudgetOptions } from '../budget/time-budget.js';
import type { SegmentationModel } from '../model/model.js';
import type { OutlineChoice, OutputName } from '../outputs/output-names.js';
import type { FailedSlide, PredictedSlide } from '../outputs/slide-outcome.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import type { SlideProgress } from './progress.js';

export interface PredictTableOptions extends PredictSettings {
  /** Folder to write; made if need be. */
  readonly out: string;
  /** What is written for every slide; all but `disagreement` if unset. */
  readonly outputs?: readonly OutputName[] | undefined;
  /** Of objects in GeoJSON; `simplified` if unset. */
  readonly outlines?: OutlineChoice | undefined;
  /** Predict again what an earlier run has finished. */
  readonly overwrite?: boolean | undefined;
  /** What results of slides that are not in `rows` do: `refuse` the folder (the default without `overwrite`), or be removed. */
  readonly strangers?: 'refuse' | 'remove' | undefined;
  /**
   * A coarse network that looks first, at all tissue: the models look only where it may have seen something, by what its card says (see `calibrateCascade`). The
   * rest counts as background.
   */
  readonly cascade?: SegmentationModel | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SlideProgress) => void) | undefined;
  /**
   * What a slide that cannot be predicted does to the submission: `withhold` it (the default; and the failure is thrown), or `empty`: its
   * line has no mask, and the failure is in the result.
   */
  readonly onFailure?: OnFailure | undefined;
  /**
   * Ends in time: slides are predicted with fewer views, magnifications and models where all of them would not fit, and what is not reached
   * has failed. `onFailure` is then `empty` if unset.
   */
  readonly budget?: BudgetOptions | undefined;
  /** Told in a sentence when slides get more or less work than those before. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  /**
   * Digest of what a slide's file holds, which then tells whether a result is of the slide: so results are known after slides were moved. Unset, path, size and time
   * tell it.
   */
  readonly contentOf?: ((path: string) => Promise<string | undefined>) | undefined;
  /** The rows are some of a larger table: a setting that does nothing for these may be for others. */
  readonly partOfTable?: boolean | undefined;
  /**
   * Called once the models are not needed any more: the last slide's tiles are predicted, and its files are still to be written, for which closed models make room. The coarse network
   * of a cascade is not needed either.
   */
  readonly releaseModels?: (() => Promise<void>) | undefined;
  /** Columns of the working grid between two places where work can be taken up again. */
  readonly bandColumns?: number | undefined;
}

/** See `PredictTableOptions`. */
export const failureChoices = ['withhold', 'empty'] as const;
export type OnFailure = (typeof failureChoices)[number];

export interface TablePrediction {
  readonly slides: readonly PredictedSlide[];
  /** Slides whose line of the submission is empty because they could not be predicted. */
  readonly failed: readonly FailedSlide[];
  /** Names of the submission files, relative to the output folder. */
  readonly submissions: readonly string[];
  /** Slides that an earlier run had finished. */
  readonly kept: number;
}
