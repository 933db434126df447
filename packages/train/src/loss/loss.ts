/**
 * The training loss: a weighted sum of the terms that a run asks for, of the network's logits and of whatever further heads it has.
 */
import type { ModelOutput } from '@ftuseg/nn';
import type { Tensor } from '@ftuseg/torch';
import type { LossConfig } from '../config/loss.js';
import { add, complement, mul } from './arithmetic.js';
import { coarseLabels, type Labels, labelsOf, type TargetKind, tileLabels } from './labels.js';
import {
  binaryCrossEntropy,
  boundaryCrossEntropy,
  focalLoss,
  jaccardLoss,
  lovaszHinge,
  overlapOf,
  softDice,
  tverskyLoss,
} from './terms.js';

/** `total` carries the gradient. */
export interface LossParts {
  readonly total: Tensor;
  /** Soft Dice coefficient (not the loss), mean over the classes; 1 where nothing is certain. */
  readonly dice: Tensor;
}

function weightedSum(terms: readonly (readonly [weight: number, term: () => Tensor])[]): Tensor {
  const wanted = terms.filter(([weight]) => weight > 0).map(([weight, term]) => mul(term(), weight));
  const [first, ...rest] = wanted;
  if (first === undefined) throw new RangeError('a loss needs a term with a weight above 0');
  return rest.reduce((sum, term) => add(sum, term), first);
}

function lossOn(logits: Tensor, labels: Labels, config: LossConfig): LossParts {
  const overlap = overlapOf(logits, labels);
  const dice = softDice(overlap, config);
  const total = weightedSum([
    [config.bce, () => binaryCrossEntropy(logits, labels, config)],
    [config.dice, () => complement(dice)],
    [config.jaccard, () => jaccardLoss(overlap, config)],
    [config.focal, () => focalLoss(logits, labels, config)],
    [config.tversky, () => tverskyLoss(overlap, config)],
    [config.lovasz, () => lovaszHinge(logits, labels)],
    [config.boundary, () => boundaryCrossEntropy(logits, labels, config)],
  ]);
  return { total, dice };
}

/**
 * The weighted sum of the terms of {@link LossConfig} on one map of logits.
 *
 * @param logits N x classes x H x W
 * @param target the same shape: 0 or 1, or of kind 'soft' 0..1 and -1 where uncertain; if nothing is certain, the loss is 0
 * @param slices processes between which the batch is divided: the loss is that of the whole batch, the same on all, and its gradient each one's share
 * @example
 * segmentationLoss(logits, masks, config.loss).total.backward();
 */
export function segmentationLoss(
  logits: Tensor,
  target: Tensor,
  config: LossConfig,
  kind: TargetKind = 'hard',
  slices = 1,
): LossParts {
  return lossOn(logits, labelsOf(target, kind, slices), config);
}

/**
 * The loss of everything that a network with training heads gives. Each coarser map of deep supervision is compared by cross-entropy with
 * the share of labelled pixels under each of its pixels; the tile classifier by cross-entropy with "anything labelled".
 */
export function networkLoss(
  output: ModelOutput<Tensor>,
  target: Tensor,
  config: LossConfig,
  kind: TargetKind = 'hard',
  slices = 1,
): LossParts {
  const labels = labelsOf(target, kind, slices);
  const { total, dice } = lossOn(output.logits, labels, config);
  const extra: Tensor[] = output.auxiliary.map((logits) => {
    const coarse = coarseLabels(labels, logits.shape.slice(2));
    return mul(binaryCrossEntropy(logits, coarse, config), config.auxiliary / output.auxiliary.length);
  });
  if (output.tile !== undefined) {
    extra.push(mul(binaryCrossEntropy(output.tile, tileLabels(labels), config), config.tile));
  }
  return { total: extra.reduce((sum, term) => add(sum, term), total), dice };
}

/** The loss of a tile classifier alone; `dice` is the soft Dice of tiles, their F1 score. */
export function tileLoss(
  logits: Tensor,
  target: Tensor,
  config: LossConfig,
  kind: TargetKind = 'hard',
  slices = 1,
): LossParts {
  const labels = tileLabels(labelsOf(target, kind, slices));
  return { total: binaryCrossEntropy(logits, labels, config), dice: softDice(overlapOf(logits, labels), config) };
}
