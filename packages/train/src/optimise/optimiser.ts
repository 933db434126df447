/**
 * The optimiser of a run: one for the decoder and one for the encoder, so that a pretrained encoder can learn more slowly,
 * behind a single step.
 */
import type { Model } from '@ftuseg/nn';
import {
  Adam,
  AdamW,
  dispatch,
  noGrad,
  type OptimiserState,
  SGD,
  scope,
  type Tensor,
  type Optimiser as TorchOptimiser,
} from '@ftuseg/torch';
import type { OptimiserConfig } from '../config/learning.js';
import type { TensorState } from '../network/network.js';

export interface Optimiser {
  zeroGrad(): void;
  /** One update at `factor` times the configured learning rate, after clipping. */
  step(factor: number): void;
  /** Everything that a later run needs to go on bit for bit, group by group; copies that the caller frees. */
  state(): OptimiserState[];
  /** Takes over what `state` gave. Throws `TorchError` 'argument' where it does not fit. */
  restore(states: readonly OptimiserState[]): void;
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

function method(parameters: readonly Tensor[], config: OptimiserConfig, learningRate: number): TorchOptimiser {
  const { name, weightDecay, momentum } = config;
  if (name === 'sgd') {
    return new SGD(parameters, { learningRate, momentum, weightDecay, nesterov: config.nesterov && momentum > 0 });
  }
  const { beta1, beta2, epsilon, epsilonHat } = config;
  return new (name === 'adam' ? Adam : AdamW)(parameters, {
    learningRate,
    betas: [beta1, beta2],
    epsilon,
    epsilonHat,
    weightDecay,
  });
}

/** Whether a state-dict entry belongs to the encoder. */
export const inEncoder = (name: string): boolean => name.startsWith('encoder.');

/**
 * Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019) or gradient descent with momentum over a network's trained parameters; the
 * encoder's learn at `encoderFactor` times the rate.
 */
export function createOptimiser(
  model: Pick<Model, 'parameters'>,
  state: TensorState,
  config: OptimiserConfig,
): Optimiser {
  const names = model.parameters.filter(({ role }) => role === 'parameter').map(({ name }) => name);
  const parameters = (wanted: (name: string) => boolean): Tensor[] =>
    names.filter(wanted).flatMap((name) => state.get(name) ?? []);
  const all = parameters(() => true);
  const parts =
    config.encoderFactor === 1
      ? [{ tensors: all, factor: 1 }]
      : [
          { tensors: parameters(inEncoder), factor: config.encoderFactor },
          { tensors: parameters((name) => !inEncoder(name)), factor: 1 },
        ];
  const groups = parts.map(({ tensors, factor }) => {
    const rate = config.learningRate * factor;
    return { rate, method: method(tensors, config, rate) };
  });
  return {
    zeroGrad() {
      for (const group of groups) group.method.zeroGrad();
    },
    step(factor) {
      if (config.clipNorm !== undefined) clipGradients(all, config.clipNorm);
      for (const group of groups) {
        group.method.learningRate = group.rate * factor;
        group.method.step();
      }
    },
    state: () => groups.map((group) => group.method.stateDict()),
    restore(states) {
      groups.forEach((group, i) => {
        const saved = states[i];
        if (saved === undefined) throw new RangeError(`no state for group ${i} of the optimiser`);
        group.method.loadStateDict(saved);
      });
    },
    dispose() {
      for (const group of groups) group.method.dispose();
    },
  };
}
