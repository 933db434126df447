/** The card of a small network with random weights, for tests in which only its form matters. */
import { type ModelCard, modelCardFormat } from '@ftuseg/nn';

export const randomModelCard: ModelCard = {
  format: modelCardFormat,
  name: 'random',
  decoder: 'unet',
  encoder: 'tu-tf_efficientnet_lite0',
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: 4,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  threshold: 0.5,
  training: {},
};
