import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, exportOnnx, initialState, type ModelCard, modelCardFormat } from '@ftuseg/nn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunFolds } from './run-folds.js';

/** A model file with random weights. */
function modelBytes(training: ModelCard['training']): Uint8Array {
  const model = createModel({ decoder: 'unet', encoder: 'tu-test_efficientnet', classes: 1 });
  return exportOnnx(model, initialState(model, 1), {
    format: modelCardFormat,
    name: 'test',
    decoder: 'unet',
    encoder: 'tu-test_efficientnet',
    classes: ['glomerulus'],
    tileSize: 64,
    micronsPerPixel: 2,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    threshold: 0.5,
    training,
  });
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readRunFolds', () => {
  it('finds every fold that has a model, in order', async () => {
    const bytes = modelBytes({ validatedOn: ['a'] });
    for (const name of ['fold-10', 'fold-2', 'fold-3', 'fold-x']) await mkdir(join(folder, name));
    for (const name of ['fold-10', 'fold-2', 'fold-x']) await writeFile(join(folder, name, 'model.onnx'), bytes);
    const folds = await readRunFolds(folder);
    expect(folds.map(({ model }) => model)).toEqual(
      ['fold-2', 'fold-10'].map((name) => join(folder, name, 'model.onnx')),
    );
    expect(folds[0]?.card.training).toEqual({ validatedOn: ['a'] });
    const single = await readRunFolds(join(folder, 'fold-2'));
    expect(single.map((fold) => fold.folder)).toEqual([join(folder, 'fold-2')]);
  });

  it('says where there is none', async () => {
    await expect(readRunFolds(folder)).rejects.toThrow('there is no model.onnx');
    await expect(readRunFolds(join(folder, 'gone'))).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(join(folder, 'model.onnx'), 'text');
    await expect(readRunFolds(folder)).rejects.toThrow('not an ONNX model');
  });
});
