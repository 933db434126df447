/** Why an item is where it is, in words and numbers that are true of every item: nothing in them tells what was drawn at random. */
import { type ChanceModel, stepsOf } from './chance.js';
import { type FeatureName, type Features, featureNames } from './features.js';
import type { MeasuredItem } from './item.js';

const REASONS = 2;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const digits = (value: number): string => value.toFixed(2);

function sizeWords(logRatio: number): string {
  const ratio = Math.exp(logRatio);
  const word = ratio < 0.5 ? 'small: ' : ratio > 2 ? 'large: ' : '';
  return `${word}${ratio < 0.995 ? digits(ratio) : ratio.toFixed(1)} times the median area`;
}

function words(name: FeatureName, features: Features, item: MeasuredItem): string | undefined {
  const value = features[name];
  if (value === undefined) return undefined;
  switch (name) {
    case 'disagreement':
      return value > 0.25
        ? `models disagree: ${percent(1 - value)} say yes`
        : `${percent(1 - value)} of the models say yes`;
    case 'boundaryEntropy':
      return `${value > 0.6 ? 'unsure outline' : 'outline'}: entropy ${digits(value)} bit`;
    case 'shape': {
      const distance = Math.expm1(value);
      return `${distance > 2.5 ? 'unusual shape' : 'shape'}: ${distance.toFixed(1)} robust standard deviations from the median`;
    }
    case 'mean': {
      const close = Math.abs((item.mean ?? 0) - item.threshold) < 0.1 ? 'close to the threshold: ' : '';
      return `${close}mean probability ${digits(item.mean ?? 0)}`;
    }
    case 'peak':
      return `highest probability ${digits(item.peak ?? 0)}`;
    case 'size':
      return sizeWords(value);
    case 'border':
      return item.border ? 'cut by the border of the slide' : undefined;
  }
}

/** @returns two sentences at most: those of the features that raise the chance most, or lower it least */
export function reasonsOf(item: MeasuredItem, features: Features, model: ChanceModel): string[] {
  const values = stepsOf(model, features);
  const parts = featureNames.map((name, i) => ({ name, part: (model.model.weights[i] ?? 0) * (values[i] ?? 0) }));
  return parts
    .sort((a, b) => b.part - a.part)
    .flatMap(({ name }) => words(name, features, item) ?? [])
    .slice(0, REASONS);
}
