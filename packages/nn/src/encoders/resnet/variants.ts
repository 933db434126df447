/**
 * Residual networks in numbers (He et al. 2016; Xie et al. 2017, ResNeXt; Hu et al. 2018, squeeze-and-excitation), under the names
 * that segmentation_models.pytorch gives them.
 */

/** How one encoder differs from ResNet-18. */
export interface ResNetVariant {
  readonly name: string;
  /** Blocks of the four stages. */
  readonly blocks: readonly [number, number, number, number];
  /** `basic`: two 3 x 3 convolutions; `bottleneck`: 1 x 1, 3 x 3, 1 x 1 with four times the channels. */
  readonly block: 'basic' | 'bottleneck';
  /** Groups of the 3 x 3 convolution of a bottleneck, and channels of each in the first stage. */
  readonly groups: number;
  readonly groupWidth: number;
  /** The squeeze divides the channels by this; 0: none. */
  readonly reduction: number;
  /**
   * `torchvision`: stem `conv1`, pooling padded on both sides; `cadene`: stem `layer0.conv1`, pooling that reaches over the right and
   * bottom border, as pretrained-models.pytorch has its SENets.
   */
  readonly layout: 'torchvision' | 'cadene';
}

const plain = { groups: 1, groupWidth: 64, reduction: 0, layout: 'torchvision' } as const;
const squeezed = { block: 'bottleneck', groups: 32, groupWidth: 4, reduction: 16, layout: 'cadene' } as const;

/** Every residual encoder, in the order that `encoderNames` lists them. */
export const resNetVariants: readonly ResNetVariant[] = [
  { name: 'resnet18', blocks: [2, 2, 2, 2], block: 'basic', ...plain },
  { name: 'resnet34', blocks: [3, 4, 6, 3], block: 'basic', ...plain },
  { name: 'resnet50', blocks: [3, 4, 6, 3], block: 'bottleneck', ...plain },
  { name: 'se_resnext50_32x4d', blocks: [3, 4, 6, 3], ...squeezed },
  { name: 'se_resnext101_32x4d', blocks: [3, 4, 23, 3], ...squeezed },
];
