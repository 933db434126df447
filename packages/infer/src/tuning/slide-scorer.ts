/**
 * Dice of a slide under any settings: what prediction would do with them, from probabilities that are at hand. Nothing is computed
 * twice: scores are kept, and the thresholded runs of the last few settings.
 */
import { dice, intersectCounts, type RunMask, subtractRuns } from '@ftuseg/core';
import { throwIfCancelled, yieldToEventLoop } from '../concurrency/cancel.js';
import { collectRuns, type ScoredRuns } from '../level0/collect-runs.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import { Level0Thresholder } from '../level0/level0-thresholder.js';
import { postprocess } from '../level0/postprocess.js';
import type { SlidePlan } from '../plan/plan.js';
import { denseColumns, type SparseProbability } from './sparse-probability.js';
import { keyOf, type TunedSettings } from './tuned-settings.js';

/** Thresholded masks that are kept. */
const KEPT_RUNS = 12;
/** Columns of the plan's grid that are enlarged together. */
const BAND_COLUMNS = 256;

export interface ScorerOptions {
  /** Level-0 masks of label 1, one for each class. */
  readonly truth: readonly RunMask[];
  /** Pixels that do not count; default: all count. */
  readonly ignored?: RunMask | undefined;
  /** Probabilities after a CRF, on the plan's grid. */
  readonly probability: (crf: string) => Promise<SparseProbability>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @example
 * const scorer = new SlideScorer(plan, { truth: [mask], probability: async () => sparseProbability(probability, 0.05) });
 * const [before, after] = await scorer.score([start, { ...start, threshold: [0.4] }]);
 */
export class SlideScorer {
  readonly #truth: readonly RunMask[];
  readonly #scores = new Map<string, number>();
  readonly #runs = new Map<string, ScoredRuns>();

  constructor(
    private readonly plan: SlidePlan,
    private readonly options: ScorerOptions,
  ) {
    this.#truth = options.truth.map((mask, c) =>
      this.#known({ ...mask, labels: new Uint8Array(mask.labels.length).fill(c + 1) }),
    );
  }

  #known(mask: RunMask): RunMask {
    return this.options.ignored === undefined ? mask : subtractRuns(mask, this.options.ignored);
  }

  /** @returns the mean over classes of the Dice of each candidate, at level 0 */
  async score(candidates: readonly TunedSettings[]): Promise<number[]> {
    const missing = candidates.filter((settings) => !this.#scores.has(keyOf(settings)));
    for (const crf of new Set(missing.map((settings) => settings.crf))) {
      let probability: SparseProbability | undefined;
      for (const settings of missing.filter((one) => one.crf === crf)) {
        throwIfCancelled(this.options.signal);
        const key = JSON.stringify([crf, settings.threshold]);
        let runs = this.#runs.get(key);
        if (runs === undefined) {
          probability ??= await this.options.probability(crf);
          runs = this.#threshold(probability, settings.threshold);
        }
        this.#keep(key, runs);
        this.#scores.set(keyOf(settings), this.#compare(runs, settings));
        await yieldToEventLoop();
      }
    }
    return candidates.map((settings) => this.#scores.get(keyOf(settings)) ?? Number.NaN);
  }

  #threshold(probability: SparseProbability, thresholds: readonly number[]): ScoredRuns {
    const { grid, slide } = this.plan;
    const level0 = new Level0Thresholder(grid, slide, thresholds);
    const bands: ColumnRuns[] = [];
    for (let left = 0; left < grid.width; left += BAND_COLUMNS) {
      bands.push(level0.push(denseColumns(probability, left, Math.min(BAND_COLUMNS, grid.width - left))));
    }
    return collectRuns(bands, slide.width, slide.height);
  }

  /** The latest use last; the one that was not used for longest goes. */
  #keep(key: string, runs: ScoredRuns): void {
    this.#runs.delete(key);
    this.#runs.set(key, runs);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > KEPT_RUNS && oldest !== undefined) this.#runs.delete(oldest);
  }

  #compare(runs: ScoredRuns, { threshold, fillHoles, minimumArea, minimumAreaUnit, peak }: TunedSettings): number {
    const found = { threshold, fillHoles, minimumArea, minimumAreaUnit, minimumAreaBy: 'settings', peak } as const;
    const settings = { ...this.plan.settings, ...found };
    const mask = this.#known(postprocess(runs, { ...this.plan, settings }).mask);
    const sum = this.#truth.reduce((total, truth, c) => total + dice(intersectCounts(mask, truth, c + 1)), 0);
    return sum / this.#truth.length;
  }
}
