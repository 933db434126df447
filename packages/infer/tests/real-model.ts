/**
 * A real network with random weights as a model file's bytes: small tiles keep it quick.
 */
import { createModel, exportOnnx, initialState, type ModelCard } from '@ftuseg/nn';
import { testCard } from './fakes.js';

export function realModel(card: Partial<ModelCard> = {}): Uint8Array {
  const full = { ...testCard, ...card };
  const network = createModel({ decoder: full.decoder, encoder: full.encoder, classes: full.classes.length });
  return exportOnnx(network, initialState(network, 1), full);
}
