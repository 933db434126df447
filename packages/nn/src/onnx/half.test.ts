import { createRandom } from '@ftuseg/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createModel } from '../model.js';
import type { ModelCard } from '../model-card.js';
import { float16ToFloat32, float32ToFloat16 } from '../state/half.js';
import { initialState } from '../state/initial.js';
import { exportOnnx } from './export.js';

describe('float32ToFloat16', () => {
  it('rounds to the nearest, ties to even', () => {
    const ulp = 2 ** -10;
    const cases = [0, 1, -2.5, 1 + ulp / 2, 1 + (3 * ulp) / 2, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 65504, 70000, -1e30];
    const expected = [0, 1, -2.5, 1, 1 + 2 * ulp, 2 ** -24, 0, 2 ** -23, 65504, 65504, -65504];
    expect([...float16ToFloat32(float32ToFloat16(Float32Array.from(cases)))]).toEqual(expected);
  });

  it('is never further off than half a step', () => {
    const random = createRandom(1);
    const values = Float32Array.from({ length: 2000 }, () => (random.next() - 0.5) * 10 ** (random.next() * 8 - 5));
    const found = float16ToFloat32(float32ToFloat16(values));
    values.forEach((value, i) => {
      const step = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value))) - 10), 2 ** -24);
      expect(Math.abs((found[i] ?? 9) - value)).toBeLessThanOrEqual(step / 2);
    });
  });
});

describe('a network in half precision', () => {
  it.each([
    ['unet', 'timm-tf_efficientnet_lite0'],
    ['fpn', 'timm-tf_efficientnet_lite0'],
    ['unet3plus', 'timm-tf_efficientnet_lite0'],
    ['segformer', 'mit_b0'],
  ])('%s on %s computes what the full one does, to about three digits', async (decoder, encoder) => {
    const model = createModel({ decoder, encoder, classes: 1 });
    const card: ModelCard = {
      format: 1,
      name: 'half',
      decoder,
      encoder,
      classes: ['a'],
      tileSize: 64,
      micronsPerPixel: null,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      threshold: 0.5,
      training: {},
    };
    const state = initialState(model, 1);
    const random = createRandom(2);
    const image = Float32Array.from({ length: 3 * 64 * 64 }, () => random.uniform(-1, 1));
    const [full, half] = await Promise.all(
      (['float32', 'float16'] as const).map(async (precision) => {
        const bytes = exportOnnx(model, state, card, { precision });
        const session = await InferenceSession.create(bytes);
        const { logits } = await session.run({ image: new Tensor('float32', image, [1, 3, 64, 64]) });
        return { bytes: bytes.length, data: logits?.data as Float32Array };
      }),
    );
    if (full === undefined || half === undefined) throw new Error('both were run');
    const largest = Math.max(...full.data.map(Math.abs));
    const worst = Math.max(...full.data.map((value, i) => Math.abs(value - (half.data[i] ?? 9))));
    expect(worst / largest).toBeLessThan(0.02);
    expect(worst).toBeGreaterThan(0);
    expect(half.bytes).toBeLessThan(0.55 * full.bytes);
  });
});
