/** The convolution, batch normalisation and ReLU that decoders are made of. */
import { type BatchNorm, batchNormalisation, type Conv2d, convolution, kerasNorm, type Layer } from '../layers.js';
import type { Ops } from '../ops.js';

export interface ConvNormRelu {
  readonly layers: readonly Layer[];
  forward<T>(ops: Ops<T>, x: T): T;
  /** `forward` of `x` at twice its size, joined with `skip` where there is one. Only for a kernel of 3. */
  forwardUpsampled<T>(ops: Ops<T>, x: T, skip: T | undefined): T;
}

function assemble(conv: Conv2d, norm: BatchNorm): ConvNormRelu {
  return {
    layers: [conv, norm],
    forward: (ops, x) => ops.batchNorm(ops.conv2d(x, conv), norm, 'relu'),
    forwardUpsampled: (ops, x, skip) => ops.batchNorm(ops.upsampledConv2d(x, skip, conv), norm, 'relu'),
  };
}

/** `<name>.0` is the convolution without bias, `<name>.1` the normalisation, as in segmentation_models.pytorch's `Conv2dReLU`. */
export function convNormRelu(name: string, inChannels: number, outChannels: number, kernel: 1 | 3 = 3): ConvNormRelu {
  const initialisation = 'he-uniform-fan-in';
  const conv = convolution({ name: `${name}.0`, inChannels, outChannels, kernel, initialisation });
  return assemble(conv, batchNormalisation(`${name}.1`, outChannels));
}

/** The same with Keras' normalisation: `<name>.conv` and `<name>.bn`, where Keras' layers end in `_conv` and `_bn`. */
export function kerasConvNormRelu(
  name: string,
  inChannels: number,
  outChannels: number,
  kernel: 1 | 3 = 3,
): ConvNormRelu {
  const initialisation = 'he-uniform-fan-in';
  const conv = convolution({ name: `${name}.conv`, inChannels, outChannels, kernel, initialisation });
  return assemble(conv, batchNormalisation(`${name}.bn`, outChannels, kerasNorm.eps, kerasNorm.momentum));
}
