/**
 * What every architecture provides: its decoder over the feature maps of any encoder. Heads are the model's, so that deep
 * supervision and hypercolumns are written once for all of them.
 * One folder per architecture, whose `index.ts` says its name and how it is built; `all.ts` beside this file lists them.
 */
import type { Encoder, FeatureMaps } from '../encoders/encoder.js';
import type { Layer } from '../layers.js';
import type { ByLayout } from '../layout.js';
import type { Ops } from '../ops.js';
import type { AttentionType } from './attention.js';

/** A map that a decoder returns. */
export interface DecoderMap {
  readonly channels: number;
  /** Input pixels per pixel of the map. */
  readonly downsample: number;
}

export interface Decoder {
  /** In state-dict order. */
  readonly layers: readonly Layer[];
  /** Those of `layers` that `forward` never uses, kept for the sake of published weights. */
  readonly idle: readonly Layer[];
  /** What `forward` returns, coarsest first; the last goes to the segmentation head. */
  readonly maps: readonly DecoderMap[];
  /** Side of the segmentation head's convolution. */
  readonly headKernel: 1 | 3;
  /** From the encoder's feature maps, finest first. */
  forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[];
}

export interface DecoderOptions {
  readonly attention?: AttentionType | undefined;
}

export type BuildDecoder = (encoder: Encoder, options: DecoderOptions) => Decoder;

/** What a folder of this place exports. */
export interface Architecture {
  /** As in `createModel({ decoder })`, settings and model cards. */
  readonly name: string;
  /** For each layout that has it. */
  readonly build: ByLayout<BuildDecoder>;
  /** Whether there is no such network on the encoder of this name; absent: it runs on every encoder. */
  readonly refuses?: (encoder: string) => boolean;
}
