/**
 * Tells which encoder a state dict was made for by comparing its shapes with those of every encoder known here.
 */
import { createEncoder, encoderNames } from '../encoders/registry.js';
import { layerParameters } from '../layers.js';
import type { StateDict } from './state.js';

/**
 * The encoders whose every weight is in the state with the same shape (several when they differ in arithmetic only);
 * empty when there is none.
 */
export function recogniseEncoder(state: StateDict): readonly string[] {
  return encoderNames().filter((name) => {
    const weights = createEncoder(name)
      .layers.flatMap(layerParameters)
      .filter(({ name }) => name.endsWith('.weight'));
    const shapesAgree = weights.every(({ name, shape }) => state.get(name)?.shape.join() === shape.join());
    const kernels = [...state.keys()].filter((name) => name.startsWith('encoder.') && name.endsWith('.weight'));
    return shapesAgree && kernels.length === weights.length;
  });
}
