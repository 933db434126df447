/**
 * A model is an encoder and a decoder by name: its parameters as a list, and its arithmetic over any `Ops`.
 */
import { FtuError } from '@ftuseg/core';
import { findDecoder } from './architectures/registry.js';
import type { Encoder } from './encoders/encoder.js';
import { createEncoder } from './encoders/registry.js';
import { layerParameters, type ParameterSpec } from './layers.js';
import type { Ops } from './ops.js';

export interface ModelSpec {
  /** One of `decoderNames()`. */
  readonly decoder: string;
  /** One of `encoderNames()`. */
  readonly encoder: string;
  /** Channels of the logits, one per class (each its own sigmoid). */
  readonly classes: number;
  /** Stochastic depth while training, 0 to less than 1; default: the encoder's own (0.2 for `timm-*`, 0 for `tu-*`). */
  readonly dropPathRate?: number;
}

export interface Model {
  readonly spec: ModelSpec;
  /** Every entry of the state dict, in the order of segmentation_models.pytorch. */
  readonly parameters: readonly ParameterSpec[];
  /** Height and width of an input must be multiples of this. */
  readonly inputMultiple: number;
  readonly encoder: Encoder;
  /** `input` N x 3 x H x W, normalised RGB, to logits N x classes x H x W (before the sigmoid). */
  forward<T>(ops: Ops<T>, input: T): T;
}

/**
 * Builds a network as segmentation_models.pytorch would, with the same names, shapes and order in its state dict.
 * Throws `FtuError` for an unknown decoder or encoder (with the nearest name) and for an impossible setting.
 *
 * @example
 * const model = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
 * model.parameters[0]; // { name: 'encoder.conv_stem.weight', shape: [32, 3, 3, 3], ... }
 */
export function createModel(spec: ModelSpec): Model {
  const { classes, dropPathRate } = spec;
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new FtuError('bad-input', `the number of classes must be a positive integer, not ${classes}`);
  }
  if (dropPathRate !== undefined && !(dropPathRate >= 0 && dropPathRate < 1)) {
    throw new FtuError('bad-input', `dropPathRate must be at least 0 and below 1, not ${dropPathRate}`);
  }
  const buildDecoder = findDecoder(spec.decoder);
  const encoder = createEncoder(spec.encoder, dropPathRate === undefined ? {} : { dropPathRate });
  const decoder = buildDecoder(encoder, classes);
  return {
    spec,
    parameters: [...encoder.layers, ...decoder.layers].flatMap(layerParameters),
    inputMultiple: encoder.inputMultiple,
    encoder,
    forward<T>(ops: Ops<T>, input: T): T {
      return decoder.forward(ops, encoder.features(ops, ops.input(input, encoder.inputMultiple)));
    },
  };
}
