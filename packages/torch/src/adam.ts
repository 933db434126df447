/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980) and AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), as torch.optim
 * defines them; amsgrad is Reddi et al. 2018.
 */
import { TorchError } from './errors.js';
import { withNative } from './native.js';
import { atLeastZero, Optimiser, type Update } from './optimiser.js';
import type { Tensor } from './tensor.js';

export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Decay of the averages of the gradient and of its square. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Adam: L2 penalty, added to the gradient (default 0). AdamW: decoupled decay (default 0.01). */
  readonly weightDecay?: number;
  /** Divide by the largest average seen instead of the current one. Default false. */
  readonly amsgrad?: boolean;
  /**
   * Add epsilon to the root of the uncorrected average, as TensorFlow and Keras do (the "epsilon hat" at the end of section 2 of the paper);
   * default false: to the corrected one. Early steps differ: the same epsilon weighs up to 1 / sqrt(1 - beta2) times as much.
   */
  readonly epsilonHat?: boolean;
}

class AdamFamily extends Optimiser {
  constructor(kind: string, parameters: readonly Tensor[], options: AdamOptions, decoupled: boolean) {
    const { learningRate = 1e-3, betas = [0.9, 0.999], epsilon = 1e-8, amsgrad = false } = options;
    // Named only where it is on, so that states that were saved before it existed still fit.
    const hat = options.epsilonHat === true ? { epsilonHat: true } : {};
    const { weightDecay = decoupled ? 0.01 : 0 } = options;
    for (const [name, value] of Object.entries({ epsilon, weightDecay })) atLeastZero(kind, name, value);
    for (const beta of betas) {
      if (beta >= 0 && beta < 1) continue;
      throw new TorchError('argument', `${kind}: betas must lie in [0, 1), got ${beta}`, { op: kind });
    }
    const [beta1, beta2] = betas;
    super(
      kind,
      parameters,
      { learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, decoupled, ...hat },
      amsgrad ? ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] : ['exp_avg', 'exp_avg_sq'],
    );
  }

  protected override update({ parameters, counts, buffers }: Update, options: Record<string, number | boolean>): void {
    const [average = [], squares = [], largest = []] = buffers;
    withNative((bridge) => bridge.adamStep(parameters, counts, average, squares, largest, options));
  }
}

/**
 * @example
 * const optimiser = new Adam(parameters, { learningRate: 1e-3 });
 * scope(() => { optimiser.zeroGrad(); loss().backward(); optimiser.step(); });
 */
export class Adam extends AdamFamily {
  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    super('Adam', parameters, options, false);
  }
}

/**
 * @example
 * const optimiser = new AdamW(parameters, { learningRate: 1e-3, weightDecay: 0.05 });
 */
export class AdamW extends AdamFamily {
  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    super('AdamW', parameters, options, true);
  }
}
