/** The blocks that EfficientNetV2 adds: layers under timm's names (`EdgeResidual`, `ConvBnAct`) and their arithmetic. */
import { batchNormalisation, convolution } from '../../layers.js';
import type { Ops } from '../../ops.js';
import type { Block, BlockOptions } from './block.js';

/** Fused-MBConv: one convolution expands and looks around, where MBConv has two. The options' squeeze is not used. */
export function fusedResidual(options: BlockOptions): Block {
  const { name, inChannels, outChannels, kernel, stride, padding, activation, norm, dropPathRate } = options;
  const middle = inChannels * options.expansion;
  const initialisation = 'he-normal-fan-out';
  const expand = convolution({
    name: `${name}.conv_exp`,
    inChannels,
    outChannels: middle,
    kernel,
    stride,
    padding,
    initialisation,
  });
  const expandNorm = batchNormalisation(`${name}.bn1`, middle, norm.eps, norm.momentum);
  const project = convolution({
    name: `${name}.conv_pwl`,
    inChannels: middle,
    outChannels,
    kernel: 1,
    initialisation,
  });
  const projectNorm = batchNormalisation(`${name}.bn2`, outChannels, norm.eps, norm.momentum);
  const shortcut = stride === 1 && inChannels === outChannels;
  return {
    layers: [expand, expandNorm, project, projectNorm],
    expandedChannels: middle,
    expand: (ops, x) => ops.batchNorm(ops.conv2d(x, expand), expandNorm, activation),
    contract<T>(ops: Ops<T>, expanded: T, input: T): T {
      const x = ops.batchNorm(ops.conv2d(expanded, project), projectNorm, 'identity');
      return shortcut ? ops.add(ops.dropPath(x, dropPathRate), input) : x;
    },
  };
}

/** A convolution with normalisation, activation and, where the widths agree, a shortcut. Expansion and squeeze are not used. */
export function plainBlock(options: BlockOptions): Block {
  const { name, inChannels, outChannels, kernel, stride, padding, activation, norm, dropPathRate } = options;
  const conv = convolution({
    name: `${name}.conv`,
    inChannels,
    outChannels,
    kernel,
    stride,
    padding,
    initialisation: 'he-normal-fan-out',
  });
  const bn = batchNormalisation(`${name}.bn1`, outChannels, norm.eps, norm.momentum);
  const shortcut = stride === 1 && inChannels === outChannels;
  return {
    layers: [conv, bn],
    expandedChannels: inChannels,
    expand: (_ops, x) => x,
    contract<T>(ops: Ops<T>, expanded: T, input: T): T {
      const x = ops.batchNorm(ops.conv2d(expanded, conv), bn, activation);
      return shortcut ? ops.add(ops.dropPath(x, dropPathRate), input) : x;
    },
  };
}
