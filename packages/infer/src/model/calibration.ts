/** What the cards of the models say their probabilities are worth, for the ensemble that they make. */
import { tempered } from '@ftuseg/core';
import { type CalibratedObject, calibratedProbability } from '@ftuseg/nn';
import type { WeightedModel } from './ensemble.js';
import type { SegmentationModel } from './model.js';

/** A model's part of an ensemble. */
interface Part {
  readonly model: SegmentationModel;
  /** All add up to 1. */
  readonly share: number;
}

/**
 * The share of objects like this that are what they are called: the mean of what the models' cards say.
 * @returns undefined where a card has no calibration of objects, or needs a size that is not known
 */
export function calibratedBy(parts: readonly Part[], object: CalibratedObject): number | undefined {
  let sum = 0;
  for (const { model, share } of parts) {
    const map = model.card.calibration?.objects?.map;
    const value = map === undefined ? undefined : calibratedProbability(map, object);
    if (value === undefined) return undefined;
    sum += share * value;
  }
  return sum;
}

/** What probabilities of pixels are tempered by; 1 where a card says nothing, and for an ensemble, whose mean no card knows. */
export function temperatureOf(models: readonly SegmentationModel[]): number {
  const different = new Set(models);
  const [only] = different;
  return different.size === 1 ? (only?.card.calibration?.temperature ?? 1) : 1;
}

/** For each octet of a map of probabilities, 255 for 1, the one that is shown instead. */
export const temperedOctets = (temperature: number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * tempered(value / 255, temperature)));

/**
 * What a person must know of `calibrated_probability`.
 * @example
 * calibrationNote(models); // 'calibrated_probability is empty: unet.onnx has no calibration (see ftu calibrate)'
 */
export function calibrationNote(members: readonly WeightedModel[]): string {
  const without = members.find(({ model }) => (model.card.calibration?.objects ?? null) === null);
  if (without !== undefined) {
    const { source, card } = without.model;
    const { calibration } = card;
    const idle =
      calibration?.leftOut?.objects === undefined
        ? 'is calibrated for pixels only'
        : 'gained nothing by a calibration of objects';
    const lacks = calibration === undefined ? 'has no calibration' : idle;
    return `calibrated_probability is empty: ${source.name} ${lacks} (see ftu calibrate)`;
  }
  const slides = Math.min(...members.map(({ model }) => model.card.calibration?.slides ?? 0));
  const alone = members.length === 1 ? '' : ', each model by itself';
  return `calibrated_probability was learnt on ${slides === 1 ? 'one slide' : `${slides} slides`}${alone}: it holds for slides like those`;
}
