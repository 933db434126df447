/**
 * The optimiser of a run: one for the decoder and one for the encoder, so that a pretrained encoder can learn more slowly,
 * behind a single step.
 */
import type { Model } from '@ftuseg/nn';
import { Adam, AdamW, dispatch, noGrad, scope, type Tensor } from '@ftuseg/torch';
import type { OptimiserConfig } from './config.js';
import type { TensorState } from './network.js';

export interface Optimiser {
  zeroGrad(): void;
  /** One update at `factor` times the configured learning rate, after clipping. */
  step(factor: number): void;
  /** Frees its state; the parameters stay. */
  dispose(): void;
}

/**
 * Scales all gradients so that their joint L2 norm is at most `limit` (Pascanu et al. 2013).
 *
 * @returns the norm before scaling
 */
export function clipGradients(parameters: readonly Tensor[], limit: number): number {
  return noGrad(() =>
    scope(() => {
      const gradients = parameters.flatMap(({ grad }) => (grad === undefined ? [] : [grad]));
      const squares = gradients.map((gradient) => dispatch('norm.Scalar', gradient).item() ** 2);
      const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
      if (norm > limit) for (const gradient of gradients) dispatch('mul_.Scalar', gradient, limit / norm);
      return norm;
    }),
  );
}

/**
 * Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019) over a network's trained parameters; the encoder's learn at
 * `encoderFactor` times the rate.
 */
export function createOptimiser(model: Model, state: TensorState, config: OptimiserConfig): Optimiser {
  const Method = config.name === 'adam' ? Adam : AdamW;
  const names = model.parameters.filter(({ role }) => role === 'parameter').map(({ name }) => name);
  const parameters = (wanted: (name: string) => boolean): Tensor[] =>
    names.filter(wanted).flatMap((name) => state.get(name) ?? []);
  const inEncoder = (name: string): boolean => name.startsWith('encoder.');
  const all = parameters(() => true);
  const groups = (
    config.encoderFactor === 1
      ? [{ tensors: all, factor: 1 }]
      : [
          { tensors: parameters(inEncoder), factor: config.encoderFactor },
          { tensors: parameters((name) => !inEncoder(name)), factor: 1 },
        ]
  ).map(({ tensors, factor }) => ({
    rate: config.learningRate * factor,
    method: new Method(tensors, {
      learningRate: config.learningRate * factor,
      betas: [config.beta1, config.beta2],
      epsilon: config.epsilon,
      weightDecay: config.weightDecay,
    }),
  }));
  return {
    zeroGrad() {
      for (const { method } of groups) method.zeroGrad();
    },
    step(factor) {
      if (config.clipNorm !== undefined) clipGradients(all, config.clipNorm);
      for (const { method, rate } of groups) {
        method.learningRate = rate * factor;
        method.step();
      }
    },
    dispose() {
      for (const { method } of groups) method.dispose();
    },
  };
}
