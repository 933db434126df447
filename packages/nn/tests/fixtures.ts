/**
 * What several tests need: a model card that fits a model.
 */
import type { Model } from '../src/model.js';
import type { ModelCard } from '../src/model-card.js';

export function cardFor(model: Model): ModelCard {
  const { decoder, encoder, classes, layout } = model.spec;
  return {
    format: 1,
    name: 'test model',
    decoder,
    encoder,
    ...(layout === undefined ? {} : { options: { layout } }),
    classes: Array.from({ length: classes }, (_, index) => `class-${index}`),
    tileSize: 256,
    micronsPerPixel: 2,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    threshold: 0.5,
    training: { seed: 1, slides: ['a', 'b'] },
  };
}
