/**
 * Validation as prediction will be: whole slides at the working resolution, tiles with overlap averaged, one Dice per
 * slide. Scores on single tiles would count every border twice and every empty tile as a slide.
 */
import { mean } from '@ftuseg/core';
import type { Model } from '@ftuseg/nn';
import type { TensorState } from '../network/network.js';
import { scorePixels } from './score-pixels.js';
import { scoreTiles } from './score-tiles.js';
import { type SlideScore, ThresholdScores } from './threshold-scores.js';
import type { ValidationResult } from './validation-result.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

const SEARCHED_THRESHOLDS = Array.from({ length: 13 }, (_, i) => Math.round((0.2 + 0.05 * i) * 100) / 100);

/**
 * Predicts every validation slide and scores it; with 'search' the threshold with the highest mean Dice is chosen, the one
 * nearest to 0.5 among equals. With the task 'classify' tiles take the place of pixels.
 *
 * @throws what `stopIfAsked` throws
 */
export async function validate(
  model: Model,
  state: TensorState,
  slides: readonly ValidationSlide[],
  options: ValidationOptions,
): Promise<ValidationResult> {
  const { classes } = options;
  const thresholds = options.threshold === 'search' ? SEARCHED_THRESHOLDS : [options.threshold];
  /** scores[slide][threshold] */
  const scores: SlideScore[][] = [];
  let [loss, tiles] = [0, 0];
  for (const slide of slides) {
    const counted = new ThresholdScores(classes.length, thresholds);
    const score = options.task === 'classify' ? scoreTiles : scorePixels;
    const predicted = await score(model, state, slide, options, counted);
    scores.push(counted.scores());
    loss += predicted.loss;
    tiles += predicted.tiles;
    options.onSlide?.(scores.length);
  }
  const candidates = thresholds.map((threshold, t) => {
    const perSlide = scores.flatMap((slide) => slide[t] ?? []);
    const sum = (of: (score: SlideScore) => number): number => perSlide.reduce((total, score) => total + of(score), 0);
    return {
      threshold,
      meanDice: mean(perSlide.map((score) => mean(score.dice))),
      loss: loss / tiles,
      accuracy: sum(({ right }) => right) / sum(({ total }) => total),
      slides: slides.map(({ id }, i) => ({ id, dice: mean(perSlide[i]?.dice ?? []) })),
      classes: Object.fromEntries(
        classes.map((name, bit) => [name, mean(perSlide.map(({ dice: of }) => of[bit] ?? 0))]),
      ),
    };
  });
  const best = candidates.sort(
    (a, b) => b.meanDice - a.meanDice || Math.abs(a.threshold - 0.5) - Math.abs(b.threshold - 0.5),
  )[0];
  if (best === undefined) throw new RangeError('there are no thresholds');
  return best;
}
