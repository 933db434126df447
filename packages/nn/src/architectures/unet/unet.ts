/**
 * The Unet decoder (Ronneberger et al. 2015) as segmentation_models.pytorch lays it out: five blocks that double the
 * resolution, join the encoder's map of that scale and convolve twice.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import type { Layer } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { attentionOf } from '../attention.js';
import { convNormRelu } from '../conv-norm.js';

/** Widths of the decoder's blocks, coarsest first. */
const decoderChannels = [256, 128, 64, 32, 16] as const;

/** Filters the encoder's map before it is joined to the decoder's; see the Attention U-Net. */
export interface SkipGate {
  readonly layers: readonly Layer[];
  /** `skip` and `signal` have the same height and width. */
  forward<T>(ops: Ops<T>, skip: T, signal: T): T;
}

export type BuildSkipGate = (name: string, skipChannels: number, signalChannels: number) => SkipGate;

/** The Unet decoder, with a gate on each skip connection if `buildGate` is given. */
export function buildGatedUnet(
  encoder: Encoder,
  { attention }: DecoderOptions,
  buildGate: BuildSkipGate | undefined,
): Decoder {
  const coarseToFine = [...encoder.featureChannels].reverse();
  let inChannels = coarseToFine[0] ?? 0;
  const blocks = decoderChannels.map((outChannels, index) => {
    const name = `decoder.blocks.${index}`;
    const skipChannels = coarseToFine[index + 1] ?? 0;
    const joined = inChannels + skipChannels;
    const block = {
      // A map without channels is joined as well, as far as attention is concerned: segmentation_models.pytorch has an empty one there.
      joins: index + 1 < coarseToFine.length,
      gate: skipChannels === 0 ? undefined : buildGate?.(`${name}.gate`, skipChannels, inChannels),
      first: convNormRelu(`${name}.conv1`, joined, outChannels),
      firstAttention: attentionOf(attention, `${name}.attention1`, joined),
      second: convNormRelu(`${name}.conv2`, outChannels, outChannels),
      secondAttention: attentionOf(attention, `${name}.attention2`, outChannels),
    };
    inChannels = outChannels;
    return block;
  });
  return {
    layers: blocks.flatMap(({ gate, first, firstAttention, second, secondAttention }) => [
      ...(gate?.layers ?? []),
      ...first.layers,
      ...firstAttention.layers,
      ...second.layers,
      ...secondAttention.layers,
    ]),
    // The last block joins nothing, and its first attention is skipped with the joining.
    idle: blocks.flatMap(({ firstAttention, joins }) => (joins ? [] : firstAttention.layers)),
    maps: decoderChannels.map((channels, index) => ({
      channels,
      downsample: 2 ** (decoderChannels.length - 1 - index),
    })),
    headKernel: 3,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      const [deepest, ...skips] = [...features].reverse();
      if (deepest === undefined) throw new RangeError('a Unet needs at least one feature map');
      let x: T = deepest;
      return blocks.map(({ joins, gate, first, firstAttention, second, secondAttention }, index) => {
        const skip = skips[index];
        if (!joins || (gate === undefined && attention === undefined)) {
          x = first.forwardUpsampled(ops, x, skip);
        } else {
          const enlarged = ops.upsampleNearest2x(x);
          const joined =
            skip === undefined ? enlarged : ops.cat([enlarged, gate?.forward(ops, skip, enlarged) ?? skip]);
          x = first.forward(ops, firstAttention.forward(ops, joined));
        }
        x = secondAttention.forward(ops, second.forward(ops, x));
        return x;
      });
    },
  };
}

export function buildUnet(encoder: Encoder, options: DecoderOptions): Decoder {
  return buildGatedUnet(encoder, options, undefined);
}
