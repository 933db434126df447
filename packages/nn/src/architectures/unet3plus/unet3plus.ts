/**
 * The Unet 3+ decoder (Huang et al. 2020, arXiv:2004.08790): every decoder node sees all scales. Finer encoder maps are max-pooled
 * down to it, coarser decoder maps enlarged, each convolved to the same few channels, joined, and convolved once more.
 * The paper gives every branch as many channels as its finest encoder map has (64); that is 32 for the encoders here.
 */
import type { Encoder, FeatureMaps } from '../../encoders/encoder.js';
import type { Layer, Pooling } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { attentionOf } from '../attention.js';
import { type ConvNormRelu, convNormRelu } from '../conv-norm.js';

const branchChannels = 32;

/** Non-overlapping windows. */
const shrinkBy = (factor: number): Pooling => ({ kernel: factor, stride: factor, padding: [0, 0, 0, 0] });

/** Brings a map from scale `from` to scale `to` (0 is the finest): max-pooled where it has to shrink, else enlarged. */
function rescale<T>(ops: Ops<T>, x: T, from: number, to: number): T {
  if (from === to) return x;
  return from < to ? ops.maxPool(x, shrinkBy(2 ** (to - from))) : ops.upsampleBilinear(x, 2 ** (from - to));
}

interface Node {
  readonly scale: number;
  readonly branches: readonly { readonly from: number; readonly conv: ConvNormRelu }[];
  readonly fuse: ConvNormRelu;
  readonly gate: ReturnType<typeof attentionOf>;
}

export function buildUnet3Plus(encoder: Encoder, { attention }: DecoderOptions): Decoder {
  const scales = encoder.featureChannels.length;
  // A node has a branch for each scale of which there is a map: the encoder's, or a coarser node's.
  const sees = (scale: number, from: number): boolean => from > scale || encoder.featureChannels[from] !== 0;
  const widthAt = (scale: number): number =>
    encoder.featureChannels.filter((_, from) => sees(scale, from)).length * branchChannels;
  const nodes: Node[] = Array.from({ length: scales - 1 }, (_, index) => {
    const scale = scales - 2 - index;
    const name = `decoder.nodes.${index}`;
    const fusedChannels = widthAt(scale);
    const branches = encoder.featureChannels.flatMap((encoderChannels, from) => {
      if (!sees(scale, from)) return [];
      // A node's own scale and finer ones come from the encoder, coarser ones from the decoder, whose coarsest is the encoder's.
      const width = from > scale && from < scales - 1 ? widthAt(from) : encoderChannels;
      return [{ from, conv: convNormRelu(`${name}.branches.${from}`, width, branchChannels) }];
    });
    return {
      scale,
      branches,
      fuse: convNormRelu(`${name}.fuse`, fusedChannels, fusedChannels),
      gate: attentionOf(attention, `${name}.attention1`, fusedChannels),
    };
  });
  const layers: Layer[] = nodes.flatMap(({ branches, fuse, gate }) => [
    ...branches.flatMap(({ conv }) => conv.layers),
    ...fuse.layers,
    ...gate.layers,
  ]);
  return {
    layers,
    idle: [],
    maps: nodes.map(({ scale }) => ({ channels: widthAt(scale), downsample: 2 ** (scale + 1) })),
    headKernel: 3,
    forward<T>(ops: Ops<T>, features: FeatureMaps<T>): readonly T[] {
      // What each scale has to offer: the encoder's map until the decoder's replaces it.
      const offered = [...features];
      return nodes.map(({ scale, branches, fuse, gate }) => {
        const parts = branches.map(({ from, conv }) =>
          conv.forward(ops, rescale(ops, offered[from] as T, from, scale)),
        );
        const fused = gate.forward(ops, fuse.forward(ops, ops.cat(parts)));
        offered[scale] = fused;
        return fused;
      });
    },
  };
}
