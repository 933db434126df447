/** A real network with a tile classifier: its file's second output, and what a gate makes of the first. */
import { createModel, exportOnnx, initialState, readModelCard } from '@ftuseg/nn';
import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web/wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { testCard } from '../../tests/fakes.js';
import { realModel } from '../../tests/real-model.js';
import { gateLogits } from './classifier-gate.js';
import type { BatchShape } from './session.js';
import { createNodeSession } from './session.node.js';
import { createWebSession } from './session.web.js';

web.env.wasm.numThreads = 1;
const card = { ...testCard, classes: ['normal', 'sclerotic'], options: { tileClassifier: true } };
const network = createModel({ decoder: card.decoder, encoder: card.encoder, classes: 2, tileClassifier: true });
const state = initialState(network, 5);
// Logits of classifiers that have learnt nothing are all alike.
const weight = state.get('classification_head.3.weight');
if (!(weight?.data instanceof Float32Array)) throw new TypeError('weights are float32');
const spread = weight.data.map((value) => 40 * value);
state.set('classification_head.3.weight', { dtype: 'float32', shape: weight.shape, data: spread });

const oneThread = { intraOpNumThreads: 1 };
const shape: BatchShape = [2, 3, 64, 64];
const image = Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, i) => Math.sin(i * 0.013) + (i < 12288 ? 0 : 0.7));

describe.each(['float32', 'float16'] as const)('a network with a tile classifier in %s', (precision) => {
  const file = exportOnnx(network, state, card, { precision });
  const open = createNodeSession(file, { threads: 1 });
  afterAll(async () => (await open).close());

  it('has the classifier as a second output, and says so in its card', async () => {
    expect(readModelCard(file, 'file').tileOutput).toBe(true);
    expect(readModelCard(realModel(), 'file')).not.toHaveProperty('tileOutput');
    const session = await ort.InferenceSession.create(file, oneThread);
    expect(session.outputNames).toEqual(['logits', 'tile']);
    await session.release();
  });

  it.each(['multiply', 0.5] as const)('silences its own map by %s, at first and in memory of ours', async (gate) => {
    const plain = await ort.InferenceSession.create(file, oneThread);
    const { logits, tile } = await plain.run({ image: new ort.Tensor('float32', image, [...shape]) });
    await plain.release();
    if (!(logits?.data instanceof Float32Array && tile?.data instanceof Float32Array)) throw new TypeError('float32');
    expect([...tile.dims]).toEqual([2, 2, 1, 1]);
    expect(Math.max(...tile.data) - Math.min(...tile.data)).toBeGreaterThan(0.1);
    const wanted = Float32Array.from(logits.data);
    gateLogits(wanted, tile.data, gate);
    const session = await open;
    for (let n = 0; n < 2; n++) {
      const found = await session.run(image.slice(), shape, gate);
      const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? 0))), 0);
      expect(worst).toBeLessThan(precision === 'float32' ? 1e-3 : 0.05);
      const ungated = await session.run(image.slice(), shape);
      expect(Math.abs((ungated[0] ?? 0) - (logits.data[0] ?? 9))).toBeLessThan(precision === 'float32' ? 1e-3 : 0.05);
    }
  });
});

describe('a network without one', () => {
  it('refuses a gate', async () => {
    const session = await createNodeSession(realModel(), { threads: 1 });
    try {
      const run = session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64], 'multiply');
      await expect(run).rejects.toThrow(/the model has no tile classifier, which classifierGate asks/);
    } finally {
      await session.close();
    }
  });
});

it('a page gates as Node does', async () => {
  const file = exportOnnx(network, state, card);
  const [page, node] = [await createWebSession(web, file), await createNodeSession(file, { threads: 1 })];
  try {
    for (const gate of ['multiply', 0.5] as const) {
      const wanted = await node.run(image.slice(), shape, gate);
      const found = await page.run(image.slice(), shape, gate);
      const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? 0))), 0);
      expect(worst).toBeLessThan(1e-3);
    }
  } finally {
    await Promise.all([page.close(), node.close()]);
  }
});
