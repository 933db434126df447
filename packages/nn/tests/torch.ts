/** State dicts and results of libtorch, in and out, for tests. */
import { type Tensor, tensor } from '@ftuseg/torch';
import type { StateDict } from '../src/state/state.js';

export function load(state: StateDict): Map<string, Tensor> {
  return new Map([...state].map(([name, { data, shape, dtype }]) => [name, tensor(data, shape, { dtype })]));
}

export function numbers(value: Tensor): number[] {
  return Array.from(value.toArray(), Number);
}
