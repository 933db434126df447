/**
 * The one number that makes a network as sure as it is right. Pixels are many and logits are one-dimensional, so that a histogram of logits is all that
 * is kept of any number of slides.
 */
import { calibrationError, type Forecast, logLoss } from './calibration-error.js';

/** Logits beyond this count as this: a probability of 2e-9. */
const MOST = 20;
const PER_UNIT = 50;
const COUNT = 2 * MOST * PER_UNIT + 1;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** How many pixels of each logit were foreground, in steps of a 50th. */
export class LogitHistogram {
  readonly #true = new Float64Array(COUNT);
  readonly #all = new Float64Array(COUNT);

  /** @param probability in (0, 1); @param outcome 1 for foreground, 0 for background */
  add(probability: number, outcome: number): void {
    const logit = Math.log(probability) - Math.log1p(-probability);
    const place = Math.round((Math.min(Math.max(logit, -MOST), MOST) + MOST) * PER_UNIT);
    this.#all[place] = (this.#all[place] as number) + 1;
    this.#true[place] = (this.#true[place] as number) + outcome;
  }

  /** Pixels so far. */
  get count(): number {
    return this.#all.reduce((sum, one) => sum + one, 0);
  }

  /** What the network would say with its logits divided by a temperature. */
  *forecasts(temperature: number): Generator<Forecast> {
    for (let i = 0; i < COUNT; i++) {
      const weight = this.#all[i] as number;
      if (weight === 0) continue;
      const probability = sigmoid((i / PER_UNIT - MOST) / temperature);
      yield { probability, outcome: (this.#true[i] as number) / weight, weight };
    }
  }
}

/** A network that is off by more than this has not learnt. */
const LEAST = 1 / 32;
/** Of the logarithm of the temperature. */
const PRECISION = 1e-5;

/**
 * Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks", section 4.2): what the logits are divided by so that the likelihood
 * of the truth is greatest. Above 1 the network was too sure, below it was not sure enough; 0.5 stays 0.5, and no order changes.
 *
 * The likelihood is convex in 1 / temperature, so that a golden-section search finds its only minimum.
 * @returns 1/32 to 32
 * @example
 * fitTemperature(histogram); // 1.8
 */
export function fitTemperature(histogram: LogitHistogram): number {
  const lossAt = (logarithm: number): number => logLoss(histogram.forecasts(Math.exp(logarithm)));
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(LEAST), -Math.log(LEAST)];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [lossAt(left), lossAt(right)];
  while (high - low > PRECISION) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = lossAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = lossAt(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/** The calibration error of the pixels at a temperature. */
export const histogramError = (histogram: LogitHistogram, temperature: number): number =>
  calibrationError(histogram.forecasts(temperature));

/** A probability as it would be with its logit divided by a temperature. */
export function tempered(probability: number, temperature: number): number {
  if (probability <= 0 || probability >= 1) return probability;
  return sigmoid((Math.log(probability) - Math.log1p(-probability)) / temperature);
}
