/**
 * What a decoder may know of an encoder: its layers, and the feature maps it returns at each scale.
 * Every encoder family is a folder beside this file that builds this interface.
 */
import type { Layer } from '../layers.js';
import type { Layout } from '../layout.js';
import type { Ops } from '../ops.js';

/** Per-channel normalisation of RGB in 0..1: (x - mean) / std. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Of ImageNet, which nearly all published weights expect. */
export const imagenetNormalisation: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Feature maps, finest to coarsest; undefined where an encoder has none of that scale. */
export type FeatureMaps<T> = readonly (T | undefined)[];

export interface Encoder {
  readonly name: string;
  /** Height and width of the input must be multiples of this, so that every halving is exact. */
  readonly inputMultiple: number;
  /** Channels of the feature maps, finest (1/2 of the input) to coarsest (1/32); 0 where there is no map of that scale. */
  readonly featureChannels: readonly number[];
  /** All layers in state-dict order, also those that no feature map uses (kept for the sake of published weights). */
  readonly layers: readonly Layer[];
  /** Those of `layers` that no feature map uses. */
  readonly idle: readonly Layer[];
  /** The normalisation that published weights of this encoder expect. */
  readonly normalisation: Normalisation;
  /** Feature maps, finest to coarsest: N x featureChannels[i] x H/2^(i+1) x W/2^(i+1), undefined where that has no channels. */
  features<T>(ops: Ops<T>, input: T): FeatureMaps<T>;
}

export interface EncoderOptions {
  /** Which package's encoder; default: `pytorch`. */
  readonly layout?: Layout | undefined;
  /** Stochastic depth of the last block, growing linearly from 0; default: the family's own. */
  readonly dropPathRate?: number;
}
