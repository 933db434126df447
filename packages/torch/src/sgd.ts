/**
 * Stochastic gradient descent, as torch.optim.SGD defines it (momentum without the learning rate inside).
 */
import { TorchError } from './errors.js';
import { withNative } from './native.js';
import { atLeastZero, Optimiser, type Update } from './optimiser.js';
import type { Tensor } from './tensor.js';

export interface SGDOptions {
  readonly learningRate: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 0. */
  readonly dampening?: number;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Nesterov's look-ahead; needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
}

/**
 * @example
 * const optimiser = new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true });
 */
export class SGD extends Optimiser {
  constructor(parameters: readonly Tensor[], options: SGDOptions) {
    const { learningRate, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    for (const [name, value] of Object.entries({ momentum, weightDecay })) atLeastZero('SGD', name, value);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new TorchError('argument', 'SGD: nesterov needs momentum and no dampening', { op: 'SGD' });
    }
    super(
      'SGD',
      parameters,
      { learningRate, momentum, dampening, weightDecay, nesterov },
      momentum === 0 ? [] : ['momentum_buffer'],
    );
  }

  protected override update({ parameters, counts, buffers }: Update, options: Record<string, number | boolean>): void {
    withNative((bridge) => bridge.sgdStep(parameters, counts, buffers[0] ?? [], options));
  }
}
