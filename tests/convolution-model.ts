/**
 * A model file whose network is one convolution, so that a test knows every answer: NumPy or a loop can compute it too.
 */
import { type Conv2d, createModel, exportOnnx, type Model, type ModelCard, type StateDict } from '@ftuseg/nn';

export interface Convolution {
  /** 3 x 3 x 3 for the logit: of R, G and B, each row by row. */
  readonly weight: readonly number[];
  readonly bias: number;
}

/** Sees what is darker than kidney-pink tissue: positive logits below a mean of about 150 of 255. */
export const darkness: Convolution = { weight: Array.from({ length: 27 }, () => -2), bias: 32 };

/** @param own over a card for pictures from 0 to 1, tiles of 64 pixels, and the class glomerulus */
export function convolutionModel({ weight, bias }: Convolution, own: Partial<ModelCard> = {}): Uint8Array {
  const initial = { kind: 'constant', value: 0 } as const;
  const entry = { dtype: 'float32', role: 'parameter', initial } as const;
  const layer: Conv2d = {
    kind: 'conv2d',
    name: 'logit',
    inChannels: 3,
    outChannels: 1,
    kernel: 3,
    stride: 1,
    padding: [1, 1, 1, 1],
    groups: 1,
    bias: true,
    initial,
  };
  const model: Model = {
    ...createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 }),
    parameters: [
      { name: 'logit.weight', shape: [1, 3, 3, 3], ...entry },
      { name: 'logit.bias', shape: [1], ...entry },
    ],
    idle: new Set(),
    forward: (ops, x) => ops.conv2d(x, layer),
    predict: (ops, x) => ({ logits: ops.conv2d(x, layer), tile: undefined }),
  };
  const state: StateDict = new Map([
    ['logit.weight', { dtype: 'float32', shape: [1, 3, 3, 3], data: Float32Array.from(weight) }],
    ['logit.bias', { dtype: 'float32', shape: [1], data: Float32Array.of(bias) }],
  ]);
  return exportOnnx(model, state, {
    format: 1,
    name: 'convolution',
    decoder: 'linknet',
    encoder: 'tu-test_efficientnet',
    classes: ['glomerulus'],
    tileSize: 64,
    micronsPerPixel: null,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    threshold: 0.5,
    training: {},
    ...own,
  });
}
