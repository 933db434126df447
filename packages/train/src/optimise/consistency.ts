/**
 * What unlabelled windows teach (FixMatch, Sohn et al. 2020; UniMatch, Yang et al. 2023, arXiv:2208.09910): where the plain view is predicted with confidence, that
 * prediction is the label of the same window with other colours, and of its own features with some channels lost.
 */

import type { Liveness, Model } from '@ftuseg/nn';
import { dispatch, noGrad, type Tensor } from '@ftuseg/torch';
import type { BatchMemory } from '../batches/batch.js';
import type { ConsistencyConfig } from '../config/consistency.js';
import { add, mul, sigmoid } from '../loss/arithmetic.js';
import { atLeast, meanOver } from '../loss/labels.js';
import { forwardAll, forwardPerturbed, type TensorState } from '../network/network.js';
import { inPrecision, type PassSettings, predictLogits, trainingPass, widen, wrapImages } from '../network/passes.js';
import { singleRank, type TrainingRanks } from '../ranks/training-ranks.js';

/** ATen's codes of the `reduction` argument: each element by itself, or their mean. */
const NONE = 0;
const MEAN = 1;

/**
 * Cross-entropy with the answers of a teacher that are sure; a pixel that is not sure weighs nothing, and counts in the mean.
 *
 * @param teacher logits of the same shape, without gradient
 * @param confidence of a pixel, of either answer
 * @param slices processes between which the batch is divided
 */
export function consistencyLoss(logits: Tensor, teacher: Tensor, confidence: number, slices = 1): Tensor {
  const p = sigmoid(teacher);
  const sure = add(atLeast(p, confidence), atLeast(dispatch('rsub.Scalar', p, 1), confidence));
  const entropy = (reduction: number): Tensor =>
    dispatch('binary_cross_entropy_with_logits', logits, atLeast(p, 0.5), sure, undefined, reduction);
  return slices === 1 ? entropy(MEAN) : meanOver(entropy(NONE), { slices });
}

/** The network that learns, and how it is run. */
export interface Student extends PassSettings {
  readonly model: Model;
  readonly state: TensorState;
  readonly liveness: Liveness;
  /** Images of this process. */
  readonly batchSize: number;
  readonly tile: number;
  readonly ranks?: TrainingRanks | undefined;
}

export interface ConsistencyStep {
  readonly config: ConsistencyConfig;
  /** What labels the plain view: the average of the weights where there is one, else the weights themselves. */
  readonly teacher: TensorState;
  /** 2 N images, the plain views first. */
  readonly batch: BatchMemory;
}

/** The weighted loss of a batch of unlabelled windows. @param frozen whether the encoder's statistics stay as they are */
export function unlabelledLoss(context: Student, { config, teacher, batch }: ConsistencyStep, frozen: boolean): Tensor {
  const { model, state, batchSize, tile, liveness, ranks = singleRank } = context;
  const options = trainingPass(ranks, frozen);
  const half = batch.images.length / 2;
  const [plain, strong] = [batch.images.subarray(0, half), batch.images.subarray(half)].map((images) =>
    wrapImages(images, batchSize, tile, context),
  );
  if (plain === undefined || strong === undefined) throw new RangeError('there are two views');
  const labels = noGrad(() => predictLogits(model, teacher, plain, context).detach());
  const changed = inPrecision(context, () => forwardAll(liveness, state, strong, options)).logits;
  const onStrong = consistencyLoss(widen(changed, context), labels, config.confidence, ranks.size);
  if (config.featureDropout === 0) return mul(onStrong, config.weight);
  const dropped = inPrecision(context, () => forwardPerturbed(model, state, plain, config.featureDropout, options));
  const onDropped = consistencyLoss(widen(dropped, context), labels, config.confidence, ranks.size);
  return mul(add(onStrong, onDropped), config.weight / 2);
}
