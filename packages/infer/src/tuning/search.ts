/**
 * Coordinate descent over the settings that turn probabilities into objects: one after another, each tried on a grid and then around its
 * best, until a whole round changes nothing. A setting changes only where that raises the score.
 */
import { twoDigits } from '@ftuseg/core';
import type { Tunable, TunedSettings } from './tuned-settings.js';

/** @returns the score of each candidate: the more the better */
export type ScoreCandidates = (candidates: readonly TunedSettings[]) => Promise<readonly number[]>;

export interface SearchSpace {
  /** Settings that may change. */
  readonly tune: readonly Tunable[];
  /** As `crfByName` takes them. */
  readonly crfs: readonly string[];
  /** For each class, the least areas that are tried. */
  readonly areas: readonly (readonly number[])[];
}

export interface SearchStep {
  readonly setting: Tunable;
  /** After the step. */
  readonly settings: TunedSettings;
  readonly score: number;
}

export interface SearchResult {
  readonly settings: TunedSettings;
  readonly score: number;
  /** Those that raised the score, in order. */
  readonly steps: readonly SearchStep[];
}

/** The least that thresholds come to: below, probabilities say nothing. */
export const MIN_THRESHOLD = 0.05;

const coarseThresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Steps from the best threshold to both sides, one after another. */
const fineThresholds = [0.05, 0.02, 0.01];
const peaks = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];
const ROUNDS = 4;
/** What a change must bring: less is chance. */
const MIN_GAIN = 1e-4;

const twoDecimals = (value: number): number => Math.round(value * 100) / 100;

const replaced = (list: readonly number[], index: number, value: number): number[] =>
  list.map((old, i) => (i === index ? value : old));

class Descent {
  readonly steps: SearchStep[] = [];

  constructor(
    public settings: TunedSettings,
    public score: number,
    private readonly scoreAll: ScoreCandidates,
  ) {}

  /** Goes to the best of the candidates, if it is better than where we are. */
  async choose(setting: Tunable, candidates: readonly TunedSettings[]): Promise<boolean> {
    const scores = await this.scoreAll(candidates);
    let found = false;
    for (const [i, candidate] of candidates.entries()) {
      const score = scores[i] as number;
      if (!(score > this.score + MIN_GAIN)) continue;
      [this.settings, this.score, found] = [candidate, score, true];
    }
    if (found) this.steps.push({ setting, settings: this.settings, score: this.score });
    return found;
  }
}

type Step = (at: Descent, space: SearchSpace) => Promise<boolean>;

const eachClass = async (at: Descent, work: (c: number) => Promise<boolean>): Promise<boolean> => {
  let found = false;
  for (const c of at.settings.threshold.keys()) found = (await work(c)) || found;
  return found;
};

const steps: Readonly<Record<Tunable, Step>> = {
  threshold: (at) =>
    eachClass(at, async (c) => {
      const set = (value: number): TunedSettings => ({
        ...at.settings,
        threshold: replaced(at.settings.threshold, c, twoDecimals(value)),
      });
      let found = await at.choose('threshold', coarseThresholds.map(set));
      for (const step of fineThresholds) {
        const best = at.settings.threshold[c] as number;
        const beside = [best - step, best + step].filter((value) => value >= MIN_THRESHOLD && value <= 0.95);
        found = (await at.choose('threshold', beside.map(set))) || found;
      }
      return found;
    }),
  // Marginals are nearer to 0 and 1 than what the network says, so that another threshold may go with them.
  crf: (at, { crfs }) => {
    const { settings } = at;
    const half = settings.threshold.map(() => 0.5);
    const others = crfs.filter((crf) => crf !== settings.crf);
    return at.choose(
      'crf',
      others.flatMap((crf) => [
        { ...settings, crf },
        { ...settings, crf, threshold: half },
      ]),
    );
  },
  fillHoles: (at) => at.choose('fillHoles', [{ ...at.settings, fillHoles: !at.settings.fillHoles }]),
  minimumArea: (at, { areas }) =>
    eachClass(at, async (c) => {
      const set = (value: number): TunedSettings => ({
        ...at.settings,
        minimumArea: replaced(at.settings.minimumArea, c, value),
      });
      const found = await at.choose('minimumArea', (areas[c] ?? []).map(set));
      const best = at.settings.minimumArea[c] as number;
      const beside = [best / Math.SQRT2, best * Math.SQRT2].map(twoDigits);
      return (await at.choose('minimumArea', best === 0 ? [] : beside.map(set))) || found;
    }),
  peak: (at) =>
    eachClass(at, (c) => {
      const { threshold, peak } = at.settings;
      // Every object reaches its own threshold.
      const useful = peaks.filter((value) => value === 0 || value > (threshold[c] as number));
      return at.choose(
        'peak',
        useful.map((value) => ({ ...at.settings, peak: replaced(peak, c, value) })),
      );
    }),
};

/**
 * @param start scored first; a tie leaves a setting as it is there
 * @example
 * const { settings } = await searchSettings(start, { tune: ['threshold'], crfs: [], areas: [[]] }, score);
 */
export async function searchSettings(
  start: TunedSettings,
  space: SearchSpace,
  scoreAll: ScoreCandidates,
): Promise<SearchResult> {
  const [score = 0] = await scoreAll([start]);
  const descent = new Descent(start, score, scoreAll);
  for (let round = 0; round < ROUNDS; round++) {
    let found = false;
    for (const name of space.tune) found = (await steps[name](descent, space)) || found;
    if (!found) break;
  }
  return { settings: descent.settings, score: descent.score, steps: descent.steps };
}
