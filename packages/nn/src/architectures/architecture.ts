/**
 * What every architecture provides: its decoder and segmentation head over the feature maps of any encoder.
 * One folder per architecture; the registry beside this file knows them by name.
 */
import type { Encoder } from '../encoders/encoder.js';
import type { Layer } from '../layers.js';
import type { Ops } from '../ops.js';

export interface Decoder {
  /** Decoder and head in state-dict order. */
  readonly layers: readonly Layer[];
  /** Feature maps, finest first, to logits N x classes x H x W at the input's resolution. */
  forward<T>(ops: Ops<T>, features: readonly T[]): T;
}

export type BuildDecoder = (encoder: Encoder, classes: number) => Decoder;
