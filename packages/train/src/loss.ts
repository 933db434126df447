/**
 * The training loss: binary cross-entropy plus soft Dice, both on logits, one sigmoid per class. Written over a
 * `dispatch` so that it runs on libtorch with autograd.
 */
import { dispatch, type Tensor } from '@ftuseg/torch';
import type { LossConfig } from './config.js';

/** `total` carries the gradient; the parts are for the record and detached from it only by not being used. */
export interface LossParts {
  readonly total: Tensor;
  readonly bce: Tensor;
  /** Soft Dice coefficient (not the loss), mean over the classes. */
  readonly dice: Tensor;
}

/** ATen's code for the mean in a `reduction` argument (`at::Reduction::Mean`). */
const meanReduction = 1;

/**
 * `bce * BCE + dice * (1 - soft Dice)`, with soft Dice per class over the whole batch:
 * `(2 sum(p t) + s) / (sum(p) + sum(t) + s)` (Milletari et al. 2016, V-Net, without the squares; `s` is `smooth`).
 *
 * @param logits N x classes x H x W
 * @param target the same shape, 0 or 1
 * @example
 * segmentationLoss(logits, masks, { bce: 1, dice: 1, smooth: 1 }).total.backward();
 */
export function segmentationLoss(logits: Tensor, target: Tensor, { bce, dice, smooth }: LossConfig): LossParts {
  const crossEntropy = dispatch('binary_cross_entropy_with_logits', logits, target, null, null, meanReduction);
  const axes = [0, 2, 3];
  const probability = dispatch('sigmoid', logits);
  const overlap = dispatch('sum.dim_IntList', dispatch('mul.Tensor', probability, target), axes);
  const sizes = dispatch(
    'add.Tensor',
    dispatch('sum.dim_IntList', probability, axes),
    dispatch('sum.dim_IntList', target, axes),
  );
  const coefficient = dispatch(
    'mean',
    dispatch(
      'div.Tensor',
      dispatch('add.Scalar', dispatch('mul.Scalar', overlap, 2), smooth),
      dispatch('add.Scalar', sizes, smooth),
    ),
  );
  const diceLoss = dispatch('rsub.Scalar', coefficient, 1);
  const total = dispatch(
    'add.Tensor',
    dispatch('mul.Scalar', crossEntropy, bce),
    dispatch('mul.Scalar', diceLoss, dice),
  );
  return { total, bce: crossEntropy, dice: coefficient };
}
