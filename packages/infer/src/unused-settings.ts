/**
 * Settings that would do nothing together. A number that is written down and looked at by nothing is a silent wrong result, so it is refused; recipes
 * are checked by the same rule before hours depend on them.
 */
import { FtuError, parseNumber } from '@ftuseg/core';
import type { PredictSettings } from './settings.js';

/** Where masks of tiles are joined after DenseCRF, each working pixel takes its likelier label, as in the published solution. */
export const takesLikelier = ({ merge, crf = 'none' }: Pick<PredictSettings, 'merge' | 'crf'>): boolean =>
  merge === 'or' && crf !== 'none';

/** The numbers of a setting per class. */
const numbersOf = (given: number | string): number[] =>
  (String(given).includes('=') ? String(given).split(',') : [String(given)]).map((part) =>
    parseNumber(part.slice(part.lastIndexOf('=') + 1)),
  );

/**
 * @throws {FtuError} `bad-input` naming a setting that nothing would look at
 * @example
 * refuseUnusedPrediction({ merge: 'or', crf: 'reference', threshold: 0.4 }); // throws: threshold
 */
export function refuseUnusedPrediction(settings: PredictSettings): void {
  const { threshold } = settings;
  if (threshold === undefined || !takesLikelier(settings)) return;
  if (numbersOf(threshold).every((value) => value === 0.5)) return;
  throw new FtuError(
    'bad-input',
    `threshold: with merge "or" and a crf each pixel takes its likelier label, so that ${threshold} does nothing`,
    { subject: 'prediction settings', hint: 'leave it out, or set crf to none' },
  );
}
