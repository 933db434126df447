/**
 * Fresh weights from a seed: the distributions of timm's EfficientNet and of segmentation_models.pytorch's decoders.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { ParameterSpec } from '../layers.js';
import type { Model } from '../model.js';
import { elementCount, type StateDict } from './state.js';

/** FNV-1a over UTF-16 units: gives every name its own stream, so that one layer's size never moves another's values. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function draw(spec: ParameterSpec, seed: number): Float32Array {
  const data = new Float32Array(elementCount(spec.shape));
  const { initial } = spec;
  if (initial.kind === 'constant') return data.fill(initial.value);
  const random = createRandom(mixSeeds(seed, hashName(spec.name)));
  for (let i = 0; i < data.length; i++) {
    data[i] = initial.kind === 'normal' ? random.normal() * initial.std : random.uniform(-initial.bound, initial.bound);
  }
  return data;
}

/**
 * A new state dict for a model, float32 (batch counters int64), in state-dict order. Encoder kernels are He normal over fan-out,
 * decoder kernels He uniform over fan-in, head kernels Glorot uniform, biases 0, batch normalisation the identity.
 * The same seed gives the same values on every machine.
 *
 * @example
 * const state = initialState(model, 1);
 */
export function initialState(model: Model, seed: number): StateDict {
  return new Map(
    model.parameters.map((spec) => [
      spec.name,
      spec.dtype === 'int64'
        ? { dtype: 'int64', shape: spec.shape, data: new BigInt64Array(elementCount(spec.shape)) }
        : { dtype: 'float32', shape: spec.shape, data: draw(spec, seed) },
    ]),
  );
}
