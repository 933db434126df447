/**
 * Settings that would do nothing together. A number that is written down and looked at by nothing is a silent wrong result, so it is refused; recipes
 * are checked by the same rule before hours depend on them.
 */
import { FtuError } from '@ftuseg/core';
import { numbersIn, perClassWords } from './per-class.js';
import type { PredictSettings } from './predict-settings.js';

/** Where masks of tiles are joined after DenseCRF, each working pixel takes its likelier label, as in the published solution. */
export const takesLikelier = ({ merge, crf = 'none' }: Pick<PredictSettings, 'merge' | 'crf'>): boolean =>
  merge === 'or' && crf !== 'none';

const refuse = (setting: string, problem: string, hint: string): FtuError =>
  new FtuError('bad-input', `${setting}: ${problem}`, { subject: 'prediction settings', setting, hint });

/**
 * @throws {FtuError} `bad-input` naming a setting that nothing would look at
 * @example
 * refuseUnusedPrediction({ merge: 'or', crf: 'reference', threshold: 0.4 }); // throws: threshold
 */
export function refuseUnusedPrediction(settings: PredictSettings): void {
  const { threshold, merge, all = false, minimumArea, minimumAreaUnit } = settings;
  if (minimumAreaUnit !== undefined && minimumArea === undefined) {
    throw refuse(
      'minimumAreaUnit',
      `without minimumArea, "${minimumAreaUnit}" does nothing: the sizes in a model card are in micrometres`,
      'leave it out, or say the area (0 to begin a search with none)',
    );
  }
  if (merge !== 'or') return;
  if (all) {
    throw refuse('all', 'with merge "or" the network sees background anyway, so that all does nothing', 'leave it out');
  }
  if (threshold === undefined || !takesLikelier(settings)) return;
  if (numbersIn('threshold', threshold).every((value) => value === 0.5)) return;
  throw refuse(
    'threshold',
    `with merge "or" and a crf each pixel takes its likelier label, so that ${perClassWords(threshold)} does nothing`,
    'leave it out, or set crf to none',
  );
}

/**
 * A peak that every object reaches keeps every object.
 * @param threshold and @param peak of each class; a peak of 0 is none
 * @throws {FtuError} `bad-input` where no class has one that matters
 */
export function refuseLowPeaks(threshold: readonly number[], peak: readonly number[]): void {
  const given = peak.flatMap((value, c) => (value > 0 ? [{ value, threshold: threshold[c] ?? 0 }] : []));
  const [first] = given;
  if (first === undefined || given.some(({ value, threshold: low }) => value > low)) return;
  throw refuse(
    'peak',
    `every object reaches the threshold of ${first.threshold}, so that a peak of ${first.value} does nothing`,
    'raise it above the threshold, or leave it out',
  );
}
