/**
 * Several models that answer as one: of any architecture, tile size and resolution, as long as they know the same classes.
 */
import { FtuError } from '@ftuseg/core';
import { leastAreas } from './least-area.js';
import type { SegmentationModel } from './model.js';

/** A model and how much it counts; weights need not add up to anything. */
export interface WeightedModel {
  readonly model: SegmentationModel;
  readonly weight: number;
}

export interface Ensemble {
  readonly members: readonly WeightedModel[];
  readonly classes: readonly string[];
  /** The mean of the cards' thresholds, by weight. */
  readonly threshold: number;
  /** For each class, square micrometres below which an object is none, by the cards; 0: they do not say. */
  readonly leastArea: readonly number[];
}

/**
 * @param models one or more; bare models count the same
 * @throws {FtuError} `bad-input` for no model, a weight that is not positive, or models with different classes
 * @example
 * ensembleOf([{ model: unet, weight: 2 }, { model: fpn, weight: 1 }]);
 */
export function ensembleOf(models: readonly (SegmentationModel | WeightedModel)[]): Ensemble {
  const members = models.map((one) => ('model' in one ? one : { model: one, weight: 1 }));
  const [first] = members;
  if (first === undefined) throw new FtuError('bad-input', 'an ensemble needs at least one model');
  const { classes } = first.model.card;
  let [sum, total] = [0, 0];
  for (const { model, weight } of members) {
    const { card, source } = model;
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new FtuError('bad-input', `a model's weight must be a positive number, not ${weight}`, {
        subject: source.name,
      });
    }
    if (card.classes.length !== classes.length || card.classes.some((name, c) => name !== classes[c])) {
      throw new FtuError(
        'bad-input',
        `the models of an ensemble must know the same classes: this one knows ${card.classes.join(', ')}, ${first.model.source.name} knows ${classes.join(', ')}`,
        { subject: source.name, hint: 'predict with each by itself' },
      );
    }
    sum += weight;
    total += weight * card.threshold;
  }
  const cards = members.map(({ model }) => model.card);
  return { members, classes, threshold: total / sum, leastArea: leastAreas(cards, classes) };
}
