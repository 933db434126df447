/**
 * The losses that a run can weigh against each other. All take logits and a target of 0 and 1, both N x C x H x W, one sigmoid per
 * class, and give one number that is smaller where the prediction is better.
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

/** ATen's codes of the `reduction` argument (`at::Reduction`). */
const noReduction = 0;
const meanReduction = 1;

/** Moves targets towards a half: t (1 - s) + s / 2 (Szegedy et al. 2016, for two classes). */
function smoothed(target: Tensor, amount: number): Tensor {
  return amount === 0 ? target : add(mul(target, 1 - amount), amount / 2);
}

/** Mean binary cross-entropy. */
export function binaryCrossEntropy(logits: Tensor, target: Tensor, { labelSmoothing }: LossConfig): Tensor {
  const towards = smoothed(target, labelSmoothing);
  return dispatch('binary_cross_entropy_with_logits', logits, towards, null, null, meanReduction);
}

interface Overlap {
  /** sum(p t), sum(p), sum(t): one number per class over the whole batch. */
  readonly both: Tensor;
  readonly predicted: Tensor;
  readonly labelled: Tensor;
}

export function overlapOf(logits: Tensor, target: Tensor): Overlap {
  const probability = sigmoid(logits);
  return {
    both: sumPerClass(mul(probability, target)),
    predicted: sumPerClass(probability),
    labelled: sumPerClass(target),
  };
}

/** Soft Dice coefficient, mean over classes: (2 sum(p t) + s) / (sum(p) + sum(t) + s) (Milletari et al. 2016 without the squares). */
export function softDice({ both, predicted, labelled }: Overlap, { smooth }: LossConfig): Tensor {
  return mean(div(add(mul(both, 2), smooth), add(add(predicted, labelled), smooth)));
}

/** 1 - soft Jaccard: sum(p t) / (sum(p) + sum(t) - sum(p t)), smoothed as Dice is. */
export function jaccardLoss({ both, predicted, labelled }: Overlap, { smooth }: LossConfig): Tensor {
  return complement(mean(div(add(both, smooth), add(sub(add(predicted, labelled), both), smooth))));
}

/**
 * 1 - Tversky index (Salehi et al. 2017): sum(p t) / (sum(p t) + a sum(p (1 - t)) + b sum((1 - p) t)); `tverskyAlpha` weighs false alarms,
 * `tverskyBeta` misses.
 */
export function tverskyLoss({ both, predicted, labelled }: Overlap, config: LossConfig): Tensor {
  const { smooth, tverskyAlpha, tverskyBeta } = config;
  const falseAlarms = mul(sub(predicted, both), tverskyAlpha);
  const misses = mul(sub(labelled, both), tverskyBeta);
  return complement(mean(div(add(both, smooth), add(add(add(both, falseAlarms), misses), smooth))));
}

/**
 * Focal loss (Lin et al. 2017): cross-entropy weighted by (1 - p_t)^gamma, labelled pixels by `focalAlpha`, others by
 * `focalNegative` (1 - `focalAlpha` if unset, as in the paper; the reference solution weighs both by 0.25).
 */
export function focalLoss(logits: Tensor, target: Tensor, config: LossConfig): Tensor {
  const { focalAlpha, focalNegative = 1 - focalAlpha, focalGamma, labelSmoothing } = config;
  const towards = smoothed(target, labelSmoothing);
  const entropy = dispatch('binary_cross_entropy_with_logits', logits, towards, null, null, noReduction);
  const probability = sigmoid(logits);
  // The probability of the wrong answer, p + t - 2 p t.
  const wrong = sub(add(probability, towards), mul(mul(probability, towards), 2));
  const weight = add(mul(towards, focalAlpha - focalNegative), focalNegative);
  return mean(mul(mul(weight, power(wrong, focalGamma)), entropy));
}

/**
 * Lovász hinge (Berman et al. 2018, algorithm 1 and equation 10): the convex extension of the Jaccard loss on hinge errors, for each image
 * and class by itself, then the mean.
 */
export function lovaszHinge(logits: Tensor, target: Tensor): Tensor {
  const [count = 1, classes = 1] = logits.shape;
  const rows = (x: Tensor): Tensor => dispatch('reshape', x, [count * classes, -1]);
  const truth = rows(target);
  const errors = complement(mul(rows(logits), sub(mul(truth, 2), 1)));
  const [sorted, order] = sortDescending(errors);
  const labelled = dispatch('gather', truth, 1, order);
  const total = dispatch('sum.dim_IntList', labelled, [1], true);
  const intersection = sub(total, dispatch('cumsum', labelled, 1));
  const union = add(total, dispatch('cumsum', complement(labelled), 1));
  const jaccard = complement(div(intersection, union));
  const steps = dispatch('diff', jaccard, 1, 1, dispatch('zeros_like', total));
  return div(sum(mul(relu(sorted), steps)), count * classes);
}

/**
 * Cross-entropy in which pixels within `boundaryRadius` of an outline count `boundaryWeight` times more: what lies between the
 * dilated and the eroded target.
 */
export function boundaryCrossEntropy(logits: Tensor, target: Tensor, config: LossConfig): Tensor {
  const { boundaryRadius, boundaryWeight, labelSmoothing } = config;
  const side = 2 * boundaryRadius + 1;
  const dilate = (x: Tensor): Tensor =>
    dispatch('max_pool2d', x, [side, side], [1, 1], [boundaryRadius, boundaryRadius]);
  const band = add(dilate(target), dilate(mul(target, -1)));
  const weight = add(mul(band, boundaryWeight), 1);
  const towards = smoothed(target, labelSmoothing);
  const entropy = dispatch('binary_cross_entropy_with_logits', logits, towards, null, null, noReduction);
  return div(sum(mul(weight, entropy)), sum(weight));
}
