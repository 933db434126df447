/**
 * The losses that a run can weigh against each other. All take logits and labels, N x C x H x W, one sigmoid per class, and give one number
 * that is smaller where the prediction is better. Labels with uncertain pixels leave them out: no sum, mean or gradient sees them.
 */
import { dispatch, type Tensor } from '@ftuseg/torch';
import type { LossConfig } from '../config/loss.js';
import {
  add,
  complement,
  div,
  mean,
  mul,
  power,
  relu,
  sigmoid,
  sortDescending,
  sub,
  sum,
  sumPerClass,
} from './arithmetic.js';
import { atLeast, type Labels, meanOver, overAll, weightedMean } from './labels.js';

/** ATen's codes of the `reduction` argument (`at::Reduction`). */
const NO_REDUCTION = 0;
const MEAN_REDUCTION = 1;

/** Moves targets towards a half: t (1 - s) + s / 2 (Szegedy et al. 2016, for two classes). */
function smoothed(target: Tensor, amount: number): Tensor {
  return amount === 0 ? target : add(mul(target, 1 - amount), amount / 2);
}

/** Mean binary cross-entropy. */
export function binaryCrossEntropy(logits: Tensor, labels: Labels, { labelSmoothing }: LossConfig): Tensor {
  const { target, certain, slices } = labels;
  const towards = smoothed(target, labelSmoothing);
  const atOnce = certain === undefined && slices === 1;
  const reduction = atOnce ? MEAN_REDUCTION : NO_REDUCTION;
  const entropy = dispatch('binary_cross_entropy_with_logits', logits, towards, null, null, reduction);
  return atOnce ? entropy : meanOf(entropy, labels);
}

/** The mean over what is certain. */
const meanOf = (x: Tensor, labels: Labels): Tensor =>
  labels.certain === undefined ? meanOver(x, labels) : weightedMean(x, labels.certain, labels);

interface Overlap {
  /** sum(p t), sum(p), sum(t): one number per class over the whole batch. */
  readonly both: Tensor;
  readonly predicted: Tensor;
  readonly labelled: Tensor;
  /** 1 for each class with a certain pixel, else 0; undefined: all have. */
  readonly present: Tensor | undefined;
}

export function overlapOf(logits: Tensor, labels: Labels): Overlap {
  const { target, certain, slices } = labels;
  const probability = certain === undefined ? sigmoid(logits) : mul(sigmoid(logits), certain);
  const own = {
    both: sumPerClass(mul(probability, target)),
    predicted: sumPerClass(probability),
    labelled: sumPerClass(target),
    present: certain === undefined ? undefined : dispatch('amax', certain, [0, 2, 3]),
  };
  if (slices === 1) return own;
  const sums = overAll(dispatch('stack', [own.both, own.predicted, own.labelled]), labels);
  const row = (i: number): Tensor => dispatch('select.int', sums, 0, i);
  const present = own.present && dispatch('clamp_max', overAll(own.present, labels), 1);
  return { both: row(0), predicted: row(1), labelled: row(2), present };
}

/** Mean over the classes of which anything is certain; 1 where there are none, so that a loss of 1 - index is 0. */
function meanIndex(index: Tensor, { present }: Overlap): Tensor {
  return present === undefined ? mean(index) : complement(weightedMean(complement(index), present, { slices: 1 }));
}

/** Soft Dice coefficient, mean over classes: (2 sum(p t) + s) / (sum(p) + sum(t) + s) (Milletari et al. 2016 without the squares). */
export function softDice(overlap: Overlap, { smooth }: LossConfig): Tensor {
  const { both, predicted, labelled } = overlap;
  return meanIndex(div(add(mul(both, 2), smooth), add(add(predicted, labelled), smooth)), overlap);
}

/** 1 - soft Jaccard: sum(p t) / (sum(p) + sum(t) - sum(p t)), smoothed as Dice is. */
export function jaccardLoss(overlap: Overlap, { smooth }: LossConfig): Tensor {
  const { both, predicted, labelled } = overlap;
  return complement(meanIndex(div(add(both, smooth), add(sub(add(predicted, labelled), both), smooth)), overlap));
}

/**
 * 1 - Tversky index (Salehi et al. 2017): sum(p t) / (sum(p t) + a sum(p (1 - t)) + b sum((1 - p) t)); `tverskyAlpha` weighs false positives,
 * `tverskyBeta` false negatives.
 */
export function tverskyLoss(overlap: Overlap, config: LossConfig): Tensor {
  const { both, predicted, labelled } = overlap;
  const { smooth, tverskyAlpha, tverskyBeta } = config;
  const falsePositives = mul(sub(predicted, both), tverskyAlpha);
  const falseNegatives = mul(sub(labelled, both), tverskyBeta);
  return complement(
    meanIndex(div(add(both, smooth), add(add(add(both, falsePositives), falseNegatives), smooth)), overlap),
  );
}

/**
 * Focal loss (Lin et al. 2017): cross-entropy weighted by (1 - p_t)^gamma, labelled pixels by `focalAlpha`, others by
 * `focalNegative` (1 - `focalAlpha` if unset, as in the paper and in Keras' segmentation_models 1.0.1). A target between 0 and 1 is one
 * answer in the form 'mixed', and two answers of which each has its share in the form 'split', as there.
 */
export function focalLoss(logits: Tensor, labels: Labels, config: LossConfig): Tensor {
  const { target } = labels;
  const { focalAlpha, focalNegative = 1 - focalAlpha, focalForm, focalGamma, labelSmoothing } = config;
  const towards = smoothed(target, labelSmoothing);
  const entropyTo = (answer: Tensor): Tensor =>
    dispatch('binary_cross_entropy_with_logits', logits, answer, null, null, NO_REDUCTION);
  const probability = sigmoid(logits);
  if (focalForm === 'split') {
    const yes = mul(power(complement(probability), focalGamma), entropyTo(dispatch('ones_like', logits)));
    const no = mul(power(probability, focalGamma), entropyTo(dispatch('zeros_like', logits)));
    const loss = add(mul(mul(towards, focalAlpha), yes), mul(mul(complement(towards), focalNegative), no));
    return meanOf(loss, labels);
  }
  // The probability of the wrong answer, p + t - 2 p t; t may be a probability too.
  const wrong = sub(add(probability, towards), mul(mul(probability, towards), 2));
  const weight = add(mul(towards, focalAlpha - focalNegative), focalNegative);
  const loss = mul(mul(weight, power(wrong, focalGamma)), entropyTo(towards));
  return meanOf(loss, labels);
}

/**
 * Lovász hinge (Berman et al. 2018, algorithm 1 and equation 10): the convex extension of the Jaccard loss on hinge errors, for each image
 * and class by itself, then the mean over those of which anything is certain. It knows no probabilities: a target of at least 0.5 is labelled.
 */
export function lovaszHinge(logits: Tensor, labels: Labels): Tensor {
  const { target, certain, slices } = labels;
  const [count = 1, classes = 1] = logits.shape;
  const rows = (x: Tensor): Tensor => dispatch('reshape', x, [count * classes, -1]);
  const truth = rows(certain === undefined ? target : atLeast(target, 0.5));
  const hinge = complement(mul(rows(logits), sub(mul(truth, 2), 1)));
  // An uncertain pixel has no error: it is sorted behind all that have one, where it adds nothing and moves nothing.
  const errors = certain === undefined ? hinge : mul(hinge, rows(certain));
  const [sorted, order] = sortDescending(errors);
  const labelled = dispatch('gather', truth, 1, order);
  const total = dispatch('sum.dim_IntList', labelled, [1], true);
  const intersection = sub(total, dispatch('cumsum', labelled, 1));
  const union = add(total, dispatch('cumsum', complement(labelled), 1));
  const jaccard = complement(div(intersection, union));
  const steps = dispatch('diff', jaccard, 1, 1, dispatch('zeros_like', total));
  const losses = mul(relu(sorted), steps);
  if (certain === undefined) return div(overAll(sum(losses), labels), count * classes * slices);
  return weightedMean(dispatch('sum.dim_IntList', losses, [1]), dispatch('amax', rows(certain), [1]), labels);
}

/**
 * Cross-entropy in which pixels within `boundaryRadius` of an outline count `boundaryWeight` times more: what lies between the
 * dilated and the eroded target, of the certain pixels alone.
 */
export function boundaryCrossEntropy(logits: Tensor, labels: Labels, config: LossConfig): Tensor {
  const { target, certain } = labels;
  const { boundaryRadius, boundaryWeight, labelSmoothing } = config;
  const side = 2 * boundaryRadius + 1;
  const dilate = (x: Tensor): Tensor =>
    dispatch('max_pool2d', x, [side, side], [1, 1], [boundaryRadius, boundaryRadius]);
  // Where it is uncertain the target is 0, which never dilates; 1 is what never erodes.
  const inside = certain === undefined ? target : add(target, complement(certain));
  const outline = add(dilate(target), dilate(mul(inside, -1)));
  const weight = add(mul(outline, boundaryWeight), 1);
  const towards = smoothed(target, labelSmoothing);
  const entropy = dispatch('binary_cross_entropy_with_logits', logits, towards, null, null, NO_REDUCTION);
  if (certain !== undefined) return weightedMean(entropy, mul(weight, certain), labels);
  return div(overAll(sum(mul(weight, entropy)), labels), overAll(sum(weight), labels));
}
