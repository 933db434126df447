/**
 * The Linknet decoder (Chaurasia & Culurciello 2017) as segmentation_models.pytorch lays it out: each block squeezes the channels
 * to a quarter, doubles the size by a transposed convolution, widens again, and adds the encoder's map of that scale.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import { batchNormalisation, transposedConvolution } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { attentionOf } from '../attention.js';
import { convNormRelu } from '../conv-norm.js';

/** Channels in front of the head, at full resolution. */
const finalChannels = 32;

export function buildLinknet(encoder: Encoder, { attention }: DecoderOptions): Decoder {
  const [deepest = 0, ...skipWidths] = [...encoder.featureChannels].reverse();
  const channels = [deepest];
  // Where the encoder has no map, the decoder's stays as wide as it is.
  for (const width of [...skipWidths, finalChannels]) channels.push(width === 0 ? (channels.at(-1) ?? 0) : width);
  const widths = channels.slice(1);
  const blocks = widths.map((outChannels, index) => {
    const name = `decoder.blocks.${index}`;
    const inChannels = channels[index] ?? 0;
    const squeezed = Math.floor(inChannels / 4);
    return {
      squeeze: convNormRelu(`${name}.block.0`, inChannels, squeezed, 1),
      double: transposedConvolution(`${name}.block.1.0`, squeezed, squeezed, { kernel: 4, stride: 2, crop: 1 }),
      norm: batchNormalisation(`${name}.block.1.1`, squeezed),
      widen: convNormRelu(`${name}.block.2`, squeezed, outChannels, 1),
      gate: attentionOf(attention, `${name}.attention1`, outChannels),
    };
  });
  return {
    layers: blocks.flatMap(({ squeeze, double, norm, widen, gate }) => [
      ...squeeze.layers,
      double,
      norm,
      ...widen.layers,
      ...gate.layers,
    ]),
    idle: [],
    maps: widths.map((width, index) => ({ channels: width, downsample: 2 ** (widths.length - 1 - index) })),
    headKernel: 1,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const [deepest, ...skips] = [...features].reverse();
      if (deepest === undefined) throw new RangeError('a Linknet needs at least one feature map');
      let x: T = deepest;
      return blocks.map(({ squeeze, double, norm, widen, gate }, index) => {
        const doubled = ops.batchNorm(ops.convTranspose2d(squeeze.forward(ops, x), double), norm, 'relu');
        x = widen.forward(ops, doubled);
        const skip = skips[index];
        if (skip !== undefined) x = ops.add(x, skip);
        x = gate.forward(ops, x);
        return x;
      });
    },
  };
}
