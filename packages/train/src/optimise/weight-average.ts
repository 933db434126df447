/**
 * An exponential moving average of the weights (Polyak averaging; Tarvainen & Valpola 2017): smoother than the last
 * step's weights, and usually better on held-out slides. Where it is on, the average is validated and saved.
 */
import type { Model, StateDict } from '@ftuseg/nn';
import { dispatch, noGrad, scope, type Tensor } from '@ftuseg/torch';
import { disposeState, type TensorState, writeTensor } from '../network/network.js';

export interface WeightAverage {
  /** The averaged weights and running statistics. */
  readonly state: TensorState;
  /** Moves the average towards the current weights; call after every optimiser step. */
  update(): void;
  /** Updates so far, which decide the warm-up. */
  readonly steps: number;
  /** Goes on from saved averages; `state` is a state dict of the same model. */
  restore(state: StateDict, steps: number): void;
  dispose(): void;
}

/**
 * Averages a state with `decay`, warmed up as min(decay, (1 + t) / (warmup + t)) at step t, so that the first steps do not hold on to the
 * random start. While the warm-up decides, step t has a weight that grows as t^(warmup - 2) (the polynomial-decay average of Shamir and
 * Zhang 2013): with 10, as in TensorFlow's ExponentialMovingAverage, mostly the last ninth of the steps so far counts, with 4 the last half, with 2 all
 * alike. Running statistics are averaged as well, counters copied.
 *
 * @example
 * const average = averageWeights(model, state, 0.998, 10);
 * average.update();
 */
export function averageWeights(model: Model, source: TensorState, decay: number, warmup: number): WeightAverage {
  const pairs: { average: Tensor; current: Tensor; integer: boolean }[] = [];
  const state = new Map<string, Tensor>();
  for (const { name, dtype } of model.parameters) {
    const current = source.get(name);
    if (current === undefined) continue;
    const average = scope(() => current.detach().clone());
    state.set(name, average);
    pairs.push({ average, current, integer: dtype === 'int64' });
  }
  let steps = 0;
  return {
    state,
    update() {
      const weight = 1 - Math.min(decay, (1 + steps) / (warmup + steps));
      steps++;
      noGrad(() => {
        scope(() => {
          for (const { average, current, integer } of pairs) {
            if (integer) average.copyFrom(current);
            else dispatch('lerp_.Scalar', average, current, weight);
          }
        });
      });
    },
    get steps() {
      return steps;
    },
    restore(saved, done) {
      steps = done;
      for (const [name, target] of state) {
        const entry = saved.get(name);
        if (entry === undefined) throw new RangeError(`no average of ${name}`);
        writeTensor(target, entry);
      }
    },
    dispose: () => disposeState(state),
  };
}
