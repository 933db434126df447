/**
 * What stands on a decoder's maps: the segmentation head, and the optional ones of training (deep supervision, tile classifier).
 */
import type { Decoder } from './architectures/architecture.js';
import { convNormRelu } from './architectures/conv-norm.js';
import { convolution, type Layer, linear, pointwise } from './layers.js';
import type { Ops } from './ops.js';

/** Channels that each coarser map adds to a hypercolumn. */
const hypercolumnChannels = 16;

export interface SegmentationHead {
  readonly layers: readonly Layer[];
  /** The decoder's maps, coarsest first, to logits at the input's resolution. */
  forward<T>(ops: Ops<T>, maps: readonly T[]): T;
}

/**
 * `segmentation_head.0` and, where the finest map is smaller than the input, a bilinear enlargement, as in
 * segmentation_models.pytorch. With hypercolumns (Hariharan et al. 2015) the head sees every coarser map as well, convolved to
 * 16 channels and enlarged: `hypercolumns.<i>`.
 */
export function segmentationHead(decoder: Decoder, classes: number, hypercolumns: boolean): SegmentationHead {
  const finest = decoder.maps.at(-1);
  if (finest === undefined) throw new RangeError('a decoder returns at least one map');
  const coarser = hypercolumns ? decoder.maps.slice(0, -1) : [];
  const columns = coarser.map(({ channels, downsample }, index) => ({
    conv: convNormRelu(`hypercolumns.${index}`, channels, hypercolumnChannels),
    factor: downsample / finest.downsample,
  }));
  const head = convolution({
    name: 'segmentation_head.0',
    inChannels: finest.channels + columns.length * hypercolumnChannels,
    outChannels: classes,
    kernel: decoder.headKernel,
    bias: true,
    initialisation: 'glorot-uniform',
  });
  return {
    layers: [...columns.flatMap(({ conv }) => conv.layers), head],
    forward<T>(ops: Ops<T>, maps: readonly T[]): T {
      const last = maps.at(-1) as T;
      const parts = columns.map(({ conv, factor }, index) =>
        ops.upsampleBilinear(conv.forward(ops, maps[index] as T), factor),
      );
      const logits = ops.conv2d(parts.length === 0 ? last : ops.cat([last, ...parts]), head);
      return finest.downsample === 1 ? logits : ops.upsampleBilinear(logits, finest.downsample);
    },
  };
}

export interface AuxiliaryHeads {
  readonly layers: readonly Layer[];
  /** Logits of every coarser map at its own resolution, coarsest first. */
  forward<T>(ops: Ops<T>, maps: readonly T[]): readonly T[];
}

/** Deep supervision (Lee et al. 2015): `auxiliary_heads.<i>` predicts from each coarser map, so that every scale is trained. */
export function auxiliaryHeads(decoder: Decoder, classes: number): AuxiliaryHeads {
  const heads = decoder.maps
    .slice(0, -1)
    .map(({ channels }, index) => pointwise(`auxiliary_heads.${index}`, channels, classes));
  return {
    layers: heads,
    forward: (ops, maps) => heads.map((head, index) => ops.conv2d(maps[index] as (typeof maps)[number], head)),
  };
}

export interface TileClassifier {
  readonly layers: readonly Layer[];
  /** The deepest feature map to one logit per class, N x classes x 1 x 1. */
  forward<T>(ops: Ops<T>, deepest: T): T;
}

/**
 * `classification_head.3` on the mean of the deepest feature map, as segmentation_models.pytorch's `aux_params` has it: is there
 * anything of a class on the tile?
 */
export function tileClassifier(channels: number, classes: number, dropout: number): TileClassifier {
  const matrix = linear('classification_head.3', channels, classes);
  return {
    layers: [matrix],
    forward: (ops, deepest) => ops.linear(ops.dropChannels(ops.globalAveragePool(deepest), dropout), matrix),
  };
}
