/**
 * Builds a residual encoder from its variant: a 7 x 7 stem, a pooling, four stages.
 */
import { batchNormalisation, convolution, type Padding } from '../../layers.js';
import type { Ops } from '../../ops.js';
import { type Encoder, type EncoderOptions, imagenetNormalisation } from '../encoder.js';
import { type ResidualBlock, residualBlock } from './block.js';
import type { ResNetVariant } from './variants.js';

const stemChannels = 64;

/** A residual encoder; its feature maps are the stem (1/2) and the four stages (1/4 to 1/32). */
export function buildResNet(variant: ResNetVariant, { dropPathRate = 0 }: EncoderOptions = {}): Encoder {
  const cadene = variant.layout === 'cadene';
  const prefix = cadene ? 'encoder.layer0.' : 'encoder.';
  const stem = convolution({
    name: `${prefix}conv1`,
    inChannels: 3,
    outChannels: stemChannels,
    kernel: 7,
    stride: 2,
    initialisation: 'he-normal-fan-out',
  });
  const stemNorm = batchNormalisation(`${prefix}bn1`, stemChannels);
  const padding: Padding = cadene ? [0, 0, 1, 1] : [1, 1, 1, 1];
  const total = variant.blocks.reduce((sum, count) => sum + count, 0);
  let inChannels = stemChannels;
  let position = 0;
  const stages = variant.blocks.map((count, stage) =>
    Array.from({ length: count }, (_, index): ResidualBlock => {
      const stride = index === 0 && stage > 0 ? 2 : 1;
      const block = residualBlock(variant, {
        name: `encoder.layer${stage + 1}.${index}`,
        inChannels,
        planes: 64 * 2 ** stage,
        stride,
        dropPathRate: (dropPathRate * position++) / total,
      });
      inChannels = block.outChannels;
      return block;
    }),
  );
  return {
    name: variant.name,
    inputMultiple: 32,
    featureChannels: [stemChannels, ...stages.map((blocks) => blocks.at(-1)?.outChannels ?? 0)],
    layers: [stem, stemNorm, ...stages.flat().flatMap((block) => block.layers)],
    idle: [],
    normalisation: imagenetNormalisation,
    features<T>(ops: Ops<T>, input: T): readonly T[] {
      let x = ops.batchNorm(ops.conv2d(input, stem), stemNorm, 'relu');
      const features = [x];
      x = ops.maxPool(x, { kernel: 3, stride: 2, padding });
      for (const blocks of stages) {
        for (const block of blocks) x = block.forward(ops, x);
        features.push(x);
      }
      return features;
    },
  };
}
