/**
 * One residual block: its convolutions, the squeeze-and-excitation where there is one, and the shortcut, which is projected where
 * the size or the number of channels changes.
 */
import { batchNormalisation, type Conv2d, convolution, type Layer, pointwise } from '../../layers.js';
import type { Activation, Ops } from '../../ops.js';
import type { ResNetVariant } from './variants.js';

export interface ResidualBlock {
  readonly layers: readonly Layer[];
  readonly outChannels: number;
  forward<T>(ops: Ops<T>, x: T): T;
}

export interface ResidualBlockOptions {
  /** Prefix of its weights. */
  readonly name: string;
  readonly inChannels: number;
  /** Channels of the stage before the bottleneck's widening: 64, 128, 256, 512. */
  readonly planes: number;
  readonly stride: number;
  readonly dropPathRate: number;
}

export function residualBlock(
  variant: ResNetVariant,
  { name, inChannels, planes, stride, dropPathRate }: ResidualBlockOptions,
): ResidualBlock {
  const { groups, groupWidth, reduction } = variant;
  const bottleneck = variant.block === 'bottleneck';
  const outChannels = bottleneck ? planes * 4 : planes;
  const width = bottleneck ? Math.floor((planes * groupWidth) / 64) * groups : planes;
  const conv = (
    suffix: string,
    from: number,
    to: number,
    kernel: number,
    rest: { stride?: number; groups?: number } = {},
  ) =>
    convolution({
      name: `${name}.${suffix}`,
      inChannels: from,
      outChannels: to,
      kernel,
      initialisation: 'he-normal-fan-out',
      ...rest,
    });
  const convolutions: Conv2d[] = bottleneck
    ? [
        conv('conv1', inChannels, width, 1),
        conv('conv2', width, width, 3, { stride, groups }),
        conv('conv3', width, outChannels, 1),
      ]
    : [conv('conv1', inChannels, planes, 3, { stride }), conv('conv2', planes, planes, 3)];
  const steps = convolutions.map((layer, index) => ({
    conv: layer,
    norm: batchNormalisation(`${name}.bn${index + 1}`, layer.outChannels),
    activation: (index === convolutions.length - 1 ? 'identity' : 'relu') satisfies Activation as Activation,
  }));
  const squeeze =
    reduction === 0
      ? undefined
      : {
          reduce: pointwise(`${name}.se_module.fc1`, outChannels, outChannels / reduction),
          expand: pointwise(`${name}.se_module.fc2`, outChannels / reduction, outChannels),
        };
  const projection =
    stride === 1 && inChannels === outChannels
      ? undefined
      : {
          conv: conv('downsample.0', inChannels, outChannels, 1, { stride }),
          norm: batchNormalisation(`${name}.downsample.1`, outChannels),
        };
  return {
    outChannels,
    layers: [
      ...steps.flatMap((step) => [step.conv, step.norm]),
      ...(squeeze === undefined ? [] : [squeeze.reduce, squeeze.expand]),
      ...(projection === undefined ? [] : [projection.conv, projection.norm]),
    ],
    forward<T>(ops: Ops<T>, input: T): T {
      let x = input;
      for (const step of steps) x = ops.batchNorm(ops.conv2d(x, step.conv), step.norm, step.activation);
      if (squeeze !== undefined) {
        const hidden = ops.activate(ops.conv2d(ops.globalAveragePool(x), squeeze.reduce), 'relu');
        x = ops.mul(x, ops.activate(ops.conv2d(hidden, squeeze.expand), 'sigmoid'));
      }
      const shortcut =
        projection === undefined
          ? input
          : ops.batchNorm(ops.conv2d(input, projection.conv), projection.norm, 'identity');
      return ops.activate(ops.add(ops.dropPath(x, dropPathRate), shortcut), 'relu');
    },
  };
}
