/**
 * A model is an encoder and a decoder by name: its parameters as a list, and its arithmetic over any `Ops`.
 */
import { FtuError } from '@ftuseg/core';
import { type AttentionType, attentionTypes } from './architectures/attention.js';
import { findDecoder } from './architectures/registry.js';
import type { Encoder, FeatureMaps } from './encoders/encoder.js';
import { createEncoder } from './encoders/registry.js';
import { auxiliaryHeads, segmentationHead, tileClassifier } from './heads.js';
import { layerParameters, type ParameterSpec } from './layers.js';
import type { Layout } from './layout.js';
import type { Ops } from './ops.js';

export interface ModelSpec {
  /** One of `decoderNames()`. */
  readonly decoder: string;
  /** One of `encoderNames()`. */
  readonly encoder: string;
  /** Which package's network of these names; default: `pytorch`. */
  readonly layout?: Layout | undefined;
  /** Channels of the logits, one per class (each its own sigmoid). */
  readonly classes: number;
  /** Stochastic depth while training, 0 to less than 1; default: the encoder's own (0.2 for `timm-*` and in Keras, 0.1 for `mit_*`, 0 for the others). */
  readonly dropPathRate?: number | undefined;
  /** Gates in the decoder: `scse` (Roy et al. 2018) or `cbam` (Woo et al. 2018); the layout `keras` has none. */
  readonly attention?: AttentionType | undefined;
  /** The segmentation head sees the decoder's maps of all scales. */
  readonly hypercolumns?: boolean | undefined;
  /** Heads on the coarser maps, for training only. */
  readonly deepSupervision?: boolean | undefined;
  /** A head that tells whether a tile holds anything of each class; a file has its answer as a second output. */
  readonly tileClassifier?: boolean | undefined;
}

/** What training sees of a forward pass. */
export interface ModelOutput<T> {
  /** N x classes x H x W, before the sigmoid. */
  readonly logits: T;
  /** Deep supervision: N x classes x h x w at the decoder's own scales, coarsest first; empty without it. */
  readonly auxiliary: readonly T[];
  /** N x classes x 1 x 1, before the sigmoid; undefined without a tile classifier. */
  readonly tile: T | undefined;
}

export interface Model {
  readonly spec: ModelSpec;
  /** Every entry of the state dict, in the order of the layout's package. */
  readonly parameters: readonly ParameterSpec[];
  /** Names of entries that no forward pass uses: the trained ones among them never get a gradient. */
  readonly idle: ReadonlySet<string>;
  /** Height and width of an input must be multiples of this. */
  readonly inputMultiple: number;
  readonly encoder: Encoder;
  /** `input` N x 3 x H x W, normalised RGB, to logits N x classes x H x W (before the sigmoid). */
  forward<T>(ops: Ops<T>, input: T): T;
  /** The same with the heads of training. */
  forwardAll<T>(ops: Ops<T>, input: T): ModelOutput<T>;
  /** The logits, and those of the tile classifier where there is one: what a model file answers. */
  predict<T>(ops: Ops<T>, input: T): Pick<ModelOutput<T>, 'logits' | 'tile'>;
  /** The logits from features of which each channel is lost with this probability (dropout of channels, Tompson et al. 2015), in training. */
  perturbed<T>(ops: Ops<T>, input: T, rate: number): T;
  /** The encoder and the tile classifier alone: N x classes x 1 x 1. Throws `RangeError` for a model without one. */
  classify<T>(ops: Ops<T>, input: T): T;
}

const classifierDropout = 0.2;

/** The map at 1/32 of the input, which every encoder has. */
function deepestOf<T>(features: FeatureMaps<T>): T {
  const deepest = features.at(-1);
  if (deepest === undefined) throw new RangeError('an encoder returns its deepest map');
  return deepest;
}

/** Throws `FtuError` for settings that no network has. */
function checkSpec({ classes, dropPathRate, attention, layout }: ModelSpec): void {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new FtuError('bad-input', `the number of classes must be a positive integer, not ${classes}`);
  }
  if (dropPathRate !== undefined && !(dropPathRate >= 0 && dropPathRate < 1)) {
    throw new FtuError('bad-input', `dropPathRate must be at least 0 and below 1, not ${dropPathRate}`);
  }
  if (attention !== undefined && !attentionTypes.includes(attention)) {
    throw new FtuError('unsupported', `there is no attention "${String(attention)}"`, {
      subject: 'attention',
      hint: `use one of: ${attentionTypes.join(', ')}`,
    });
  }
  if (attention !== undefined && layout === 'keras') {
    throw new FtuError('unsupported', 'the layout keras has no place for attention gates', {
      subject: 'attention',
      hint: 'leave attention out, or use the layout pytorch',
    });
  }
}

/**
 * Builds a network as segmentation_models.pytorch would, with the same names, shapes and order in its state dict. Unet 3+,
 * Attention U-Net, CBAM, hypercolumns and deep supervision, which it lacks, use names of their own. With the layout `keras`, builds
 * the network of segmentation_models for Keras: timm's names in the encoder, those of Keras' layers in the decoder.
 * Throws `FtuError` for an unknown decoder or encoder (with the nearest name), for one that the layout lacks, for two that do not fit
 * each other and for an impossible setting.
 *
 * @example
 * const model = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
 * model.parameters[0]; // { name: 'encoder.conv_stem.weight', shape: [32, 3, 3, 3], ... }
 */
export function createModel(spec: ModelSpec): Model {
  checkSpec(spec);
  const { classes, layout = 'pytorch', dropPathRate, attention } = spec;
  const buildDecoder = findDecoder(spec.decoder, layout, spec.encoder);
  const encoder = createEncoder(spec.encoder, { layout, ...(dropPathRate === undefined ? {} : { dropPathRate }) });
  const decoder = buildDecoder(encoder, { attention });
  const head = segmentationHead(decoder, classes, spec.hypercolumns ?? false);
  const auxiliary = spec.deepSupervision ? auxiliaryHeads(decoder, classes) : undefined;
  const classifier = spec.tileClassifier
    ? tileClassifier(encoder.featureChannels.at(-1) ?? 0, classes, classifierDropout)
    : undefined;
  const layers = [
    ...encoder.layers,
    ...decoder.layers,
    ...head.layers,
    ...(auxiliary?.layers ?? []),
    ...(classifier?.layers ?? []),
  ];
  const featuresOf = <T>(ops: Ops<T>, input: T): FeatureMaps<T> =>
    encoder.features(ops, ops.input(input, encoder.inputMultiple));
  return {
    spec,
    parameters: layers.flatMap(layerParameters),
    idle: new Set([...encoder.idle, ...decoder.idle].flatMap(layerParameters).map(({ name }) => name)),
    inputMultiple: encoder.inputMultiple,
    encoder,
    forward: (ops, input) => head.forward(ops, decoder.forward(ops, featuresOf(ops, input))),
    forwardAll(ops, input) {
      const features = featuresOf(ops, input);
      const maps = decoder.forward(ops, features);
      return {
        logits: head.forward(ops, maps),
        auxiliary: auxiliary?.forward(ops, maps) ?? [],
        tile: classifier?.forward(ops, deepestOf(features)),
      };
    },
    predict(ops, input) {
      const features = featuresOf(ops, input);
      return {
        logits: head.forward(ops, decoder.forward(ops, features)),
        tile: classifier?.forward(ops, deepestOf(features)),
      };
    },
    perturbed(ops, input, rate) {
      const features = featuresOf(ops, input).map((map) => (map === undefined ? map : ops.dropChannels(map, rate)));
      return head.forward(ops, decoder.forward(ops, features));
    },
    classify(ops, input) {
      if (classifier === undefined) throw new RangeError('the model has no tile classifier');
      return classifier.forward(ops, deepestOf(featuresOf(ops, input)));
    },
  };
}
