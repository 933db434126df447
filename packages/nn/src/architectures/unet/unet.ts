/**
 * The Unet decoder (Ronneberger et al. 2015) as segmentation_models.pytorch lays it out: five blocks that double the
 * resolution, join the encoder's map of that scale and convolve twice, then a 3 x 3 segmentation head.
 */
import type { Encoder } from '../../encoders/encoder.js';
import { type BatchNorm, batchNormalisation, type Conv2d, convolution } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder } from '../architecture.js';

/** Widths of the decoder's blocks, coarsest first. */
const decoderChannels = [256, 128, 64, 32, 16] as const;

interface ConvBatchNorm {
  readonly conv: Conv2d;
  readonly norm: BatchNorm;
}

function convBatchNorm(name: string, inChannels: number, outChannels: number): ConvBatchNorm {
  return {
    conv: convolution({ name: `${name}.0`, inChannels, outChannels, kernel: 3, initialisation: 'he-uniform-fan-in' }),
    norm: batchNormalisation(`${name}.1`, outChannels),
  };
}

export function buildUnet(encoder: Encoder, classes: number): Decoder {
  const coarseToFine = [...encoder.featureChannels].reverse();
  let inChannels = coarseToFine[0] ?? 0;
  const blocks = decoderChannels.map((outChannels, index) => {
    const name = `decoder.blocks.${index}`;
    const skipChannels = coarseToFine[index + 1] ?? 0;
    const first = convBatchNorm(`${name}.conv1`, inChannels + skipChannels, outChannels);
    inChannels = outChannels;
    return { first, second: convBatchNorm(`${name}.conv2`, outChannels, outChannels) };
  });
  const head = convolution({
    name: 'segmentation_head.0',
    inChannels,
    outChannels: classes,
    kernel: 3,
    bias: true,
    initialisation: 'glorot-uniform',
  });

  return {
    layers: [...blocks.flatMap(({ first, second }) => [first.conv, first.norm, second.conv, second.norm]), head],
    forward<T>(ops: Ops<T>, features: readonly T[]): T {
      const [deepest, ...skips] = [...features].reverse();
      if (deepest === undefined) throw new RangeError('a Unet needs at least one feature map');
      let x: T = deepest;
      for (const [index, { first, second }] of blocks.entries()) {
        const skip = skips[index];
        x = ops.upsampleNearest2x(x);
        if (skip !== undefined) x = ops.cat([x, skip]);
        x = ops.batchNorm(ops.conv2d(x, first.conv), first.norm, 'relu');
        x = ops.batchNorm(ops.conv2d(x, second.conv), second.norm, 'relu');
      }
      return ops.conv2d(x, head);
    },
  };
}
