/** Where a batch is divided between processes that train together. */

/** The part of a batch that this process has: slice `index` of `count` equal ones. */
export interface BatchSlice {
  readonly index: number;
  readonly count: number;
  /** Normalise by the whole batch, whose sums the processes add up; otherwise each by its slice. */
  readonly wholeStatistics: boolean;
}
