/**
 * The Attention U-Net (Oktay et al. 2018, arXiv:1804.03999): a Unet whose skip connections pass a gate that the coarser map opens
 * where it expects something. The gate follows the paper's equations 1 and 2, with the signal brought to the skip's resolution first
 * (so that nothing has to be resampled twice) and batch normalisation after each projection.
 */
import type { Encoder } from '../../encoders/encoder.js';
import { batchNormalisation, pointwise } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Decoder, DecoderOptions } from '../architecture.js';
import { buildGatedUnet, type SkipGate } from '../unet/unet.js';

function additiveGate(name: string, skipChannels: number, signalChannels: number): SkipGate {
  const hidden = Math.max(8, Math.floor(skipChannels / 2));
  const fromSkip = pointwise(`${name}.skip.0`, skipChannels, hidden, false);
  const skipNorm = batchNormalisation(`${name}.skip.1`, hidden);
  const fromSignal = pointwise(`${name}.signal.0`, signalChannels, hidden, false);
  const signalNorm = batchNormalisation(`${name}.signal.1`, hidden);
  const psi = pointwise(`${name}.psi`, hidden, 1);
  return {
    layers: [fromSkip, skipNorm, fromSignal, signalNorm, psi],
    forward<T>(ops: Ops<T>, skip: T, signal: T): T {
      const sum = ops.add(
        ops.batchNorm(ops.conv2d(skip, fromSkip), skipNorm, 'identity'),
        ops.batchNorm(ops.conv2d(signal, fromSignal), signalNorm, 'identity'),
      );
      return ops.mul(skip, ops.activate(ops.conv2d(ops.activate(sum, 'relu'), psi), 'sigmoid'));
    },
  };
}

export function buildAttentionUnet(encoder: Encoder, options: DecoderOptions): Decoder {
  return buildGatedUnet(encoder, options, additiveGate);
}
