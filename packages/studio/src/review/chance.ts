/** The chance that an item is wrong: a logistic model that begins from what other slides taught and goes on with this person's decisions. */
import { type Example, fitLogistic, type LogisticModel, logisticProbability } from '@ftuseg/core';
import type { ItemKind } from '../protocol/review.js';
import { type Features, featureNames, featureSteps } from './features.js';

/** Of one kind of item. Features enter in steps from the centre; what is unknown is taken for the centre. */
export interface ChanceModel {
  /** Means of the features that the coefficients were learnt from, in the order of `featureNames`. */
  readonly centre: readonly number[];
  readonly model: LogisticModel;
}

export type ChanceModels = Readonly<Record<ItemKind, ChanceModel>>;

/** An item that was judged. Of an object, 1 means rejected or changed; of a ghost, that it is an object after all. */
export interface Judged {
  readonly kind: ItemKind;
  readonly features: Features;
  readonly outcome: 0 | 1;
}

/**
 * How strongly decisions are held to the prior, as the precision of a normal prior in units of one over the squared logit. A weight may differ by a half (standard
 * deviation); the intercept by 1, since hospitals differ most in how much is wrong, and yet the first decision must not turn everything over.
 */
const PULL = { intercept: 1, weights: 4 } as const;

/** Of what is learnt without a prior: features that go together share the weight, and few examples make none large. */
const NOTHING: LogisticModel = { intercept: 0, weights: featureNames.map(() => 0) };
const LEARNED = { intercept: 0, weights: 4 } as const;

/** @returns in the order of `featureNames` */
export const stepsOf = ({ centre }: Pick<ChanceModel, 'centre'>, features: Features): number[] =>
  featureNames.map((name, i) => {
    const value = features[name];
    return value === undefined ? 0 : (value - (centre[i] ?? 0)) / featureSteps[name];
  });

/** @returns 0 to 1 */
export const chanceOf = (models: ChanceModels, kind: ItemKind, features: Features): number =>
  logisticProbability(models[kind].model, stepsOf(models[kind], features));

/**
 * Maximum a posteriori coefficients of the prior's normal distribution around what the prior says. Which items were judged depends on their features alone, which does not
 * bias a model of the outcome given the features.
 *
 * @param judged all decisions so far; none: the prior
 */
export function refitted(prior: ChanceModels, judged: readonly Judged[]): ChanceModels {
  const one = (kind: ItemKind): ChanceModel => {
    const before = prior[kind];
    const examples = judged
      .filter((item) => item.kind === kind)
      .map(({ features, outcome }): Example => ({ features: stepsOf(before, features), outcome }));
    if (examples.length === 0) return before;
    return { ...before, model: fitLogistic(examples, { prior: before.model, pull: PULL }) };
  };
  return { object: one('object'), ghost: one('ghost') };
}

/** Learns coefficients without a prior, for `bench/review-prior.mjs`. */
export function learned(judged: readonly Judged[]): ChanceModels {
  const one = (kind: ItemKind): ChanceModel => {
    const own = judged.filter((item) => item.kind === kind);
    const columns = featureNames.map((name) => own.flatMap(({ features }) => features[name] ?? []));
    const centre = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
    const examples = own.map(({ features, outcome }) => ({
      features: stepsOf({ centre }, features),
      outcome,
    }));
    return { centre, model: fitLogistic(examples, { prior: NOTHING, pull: LEARNED }) };
  };
  return { object: one('object'), ghost: one('ghost') };
}
