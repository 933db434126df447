import { describe, expect, it } from 'vitest';
import { createModel } from '../model.js';
import type { ModelCard } from '../model-card.js';
import { exportOnnx } from '../onnx/export.js';
import { initialState } from '../state/initial.js';
import { readModelCard } from './read-card.js';
import { withModelCard } from './write-card.js';

const spec = { decoder: 'unet', encoder: 'timm-tf_efficientnet_lite0', classes: 1 } as const;
const model = createModel(spec);
const card: ModelCard = {
  format: 1,
  name: 'test',
  decoder: spec.decoder,
  encoder: spec.encoder,
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  threshold: 0.5,
  training: {},
};
const file = exportOnnx(model, initialState(model, 1), card);

describe('withModelCard', () => {
  it('exchanges the card and nothing else', () => {
    const changed = {
      ...card,
      calibration: {
        version: 1 as const,
        temperature: 1.5,
        pixels: { count: 10, error: { before: 0.1, after: 0.01 } },
        objects: null,
        slides: 1,
        groups: 1,
      },
    };
    const written = withModelCard(file, changed, 'a.onnx');
    expect(readModelCard(written, 'a.onnx')).toEqual(changed);
    expect(written.length).not.toBe(file.length);
    // The card's first form again gives the first bytes again, so that nothing else has changed.
    expect(Buffer.compare(withModelCard(written, card, 'a.onnx'), file)).toBe(0);
  });

  it('refuses an invalid card, and what is no model', () => {
    expect(() => withModelCard(file, { ...card, threshold: 2 }, 'a.onnx')).toThrow(/a\.onnx: .*threshold/);
    expect(() => withModelCard(new Uint8Array([15, 255, 255]), card, 'b.onnx')).toThrow(/b\.onnx: not an ONNX model/);
  });
});
