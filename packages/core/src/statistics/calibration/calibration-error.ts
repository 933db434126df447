/** Whether probabilities mean what they say: of all that got 0.8, four in five should be true. */

/** Bins of equal width (Guo et al. 2017, section 2). */
export const CALIBRATION_BINS = 15;

export interface Forecast {
  /** 0..1. */
  readonly probability: number;
  /** 1 for true, 0 for false; a share for something in between. */
  readonly outcome: number;
  /** How often it counts; default 1. */
  readonly weight?: number | undefined;
}

/**
 * The expected calibration error of the probability of being true: over bins of equal width, the difference between the mean probability and the
 * share of what was true, weighted by how much is in the bin (Naeini et al. 2015; Guo et al. 2017, equation 3, for the positive class).
 *
 * @returns 0..1; NaN for no forecasts
 * @example
 * calibrationError([{ probability: 0.9, outcome: 1 }, { probability: 0.9, outcome: 0 }]); // 0.4
 */
export function calibrationError(forecasts: Iterable<Forecast>, bins: number = CALIBRATION_BINS): number {
  const sums = new Float64Array(bins);
  let total = 0;
  for (const { probability, outcome, weight = 1 } of forecasts) {
    const bin = Math.min(Math.floor(probability * bins), bins - 1);
    sums[bin] = (sums[bin] as number) + weight * (probability - outcome);
    total += weight;
  }
  return sums.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}

/**
 * The mean negative log-likelihood, in nats. Probabilities are kept 1e-7 from 0 and 1, so that one certain mistake does not decide everything.
 * @returns NaN for no forecasts
 */
export function logLoss(forecasts: Iterable<Forecast>): number {
  let [sum, total] = [0, 0];
  for (const { probability, outcome, weight = 1 } of forecasts) {
    const p = Math.min(Math.max(probability, 1e-7), 1 - 1e-7);
    sum -= weight * (outcome * Math.log(p) + (1 - outcome) * Math.log(1 - p));
    total += weight;
  }
  return sum / total;
}
