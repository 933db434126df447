/** The card of a small network with random weights, for tests in which only its form matters. */
import { type ModelCard, modelCardFormat } from '@ftuseg/nn';

export const randomModelCard: ModelCard = {
  format: modelCardFormat,
  name: 'random',
  decoder: 'linknet',
  encoder: 'tu-test_efficientnet',
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: 4,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  threshold: 0.5,
  training: {},
};

/** The same at twice the scale, for the first of a cascade. */
export const coarseModelCard: ModelCard = { ...randomModelCard, name: 'coarse', micronsPerPixel: 8 };

/** A cascade that leaves all tissue to the models. */
export const looksEverywhere: NonNullable<ModelCard['cascade']> = {
  version: 1,
  recall: 1,
  threshold: 1 / 255,
  margin: 100,
  objects: { count: 1, lookedAt: 1 },
  heldOut: null,
  tissueShare: 1,
  slides: ['other'],
  groups: 1,
};
