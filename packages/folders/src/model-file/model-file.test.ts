import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createModel,
  exportOnnx,
  float32ToFloat16,
  initialState,
  type ModelCard,
  modelCardFormat,
  modelSpecOf,
  readModelCard,
  type StateDict,
  writeSafetensors,
} from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFile } from './model-file.js';

const card: ModelCard = {
  format: modelCardFormat,
  name: 'tiny',
  decoder: 'linknet',
  encoder: 'tu-tf_efficientnet_lite0',
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: 2,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  threshold: 0.5,
  training: {},
};
const model = createModel(modelSpecOf(card));
const state = initialState(model, 3);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-model-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function save(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const withCard = (weights: StateDict): Uint8Array => writeSafetensors(weights, { card: JSON.stringify(card) });

describe('readModelFile', () => {
  it('takes an ONNX file as it is', async () => {
    const bytes = exportOnnx(model, state, card);
    const file = await readModelFile(await save('model.onnx', bytes));
    expect(file.card).toEqual(card);
    expect(Buffer.from(file.onnx()).equals(bytes)).toBe(true);
  });

  it('builds the network of a checkpoint, also of one without batch counters', async () => {
    const floats: StateDict = new Map([...state].filter(([, { dtype }]) => dtype === 'float32'));
    const file = await readModelFile(await save('checkpoint.safetensors', withCard(floats)));
    expect(Buffer.from(file.onnx()).equals(exportOnnx(model, state, card))).toBe(true);
    expect(readModelCard(file.onnx(), 'built')).toEqual(card);
  });

  it('computes in float32 what is kept in half precision', async () => {
    const halves: StateDict = new Map(
      [...state].map(([name, entry]) => {
        if (entry.dtype !== 'float32' || entry.shape.length < 2) return [name, entry];
        return [name, { dtype: 'float16', shape: entry.shape, data: float32ToFloat16(entry.data) }];
      }),
    );
    const whole = withCard(state);
    const half = withCard(halves);
    expect(half.length).toBeLessThan(0.6 * whole.length);
    const file = await readModelFile(await save('half.safetensors', half));
    // The network is as large as one of float32 weights.
    expect(file.onnx().length).toBe(exportOnnx(model, state, card).length);
  });

  it.each([
    ['has no card', writeSafetensors(state), /has no model card.*ftu export/],
    ['has a card that is none', writeSafetensors(state, { card: '{"format":1}' }), /model card is invalid/],
    ['has a card that is no JSON', writeSafetensors(state, { card: '{' }), /the model card/],
  ])('refuses a checkpoint that %s', async (title, bytes, message) => {
    const path = await save(`${title}.safetensors`, bytes);
    await expect(readModelFile(path)).rejects.toThrow(message);
  });

  it('refuses weights of another network than the card says', async () => {
    const other = initialState(createModel({ decoder: 'linknet', encoder: 'resnet18', classes: 1 }), 1);
    const file = await readModelFile(await save('other.safetensors', withCard(other)));
    expect(() => file.onnx()).toThrow(/missing/);
  });
});
