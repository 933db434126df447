import { writeFile } from 'node:fs/promises';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { head, useRecipeFolder } from '../../../tests/recipe-folder.js';
import { missingStarts } from '../../engine/preflight.js';

const { at, check } = useRecipeFolder();

/** A model file of a network with random weights. */
async function modelFile(name: string, classes: string[]): Promise<void> {
  const network = { decoder: 'linknet', encoder: 'tu-test_efficientnet' } as const;
  const model = createModel({ ...network, classes: classes.length });
  const colours = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
  const card = { ...network, classes, tileSize: 64, micronsPerPixel: 2, threshold: 0.5, training: {} };
  const { mean, std } = colours;
  const bytes = exportOnnx(model, initialState(model, 1), {
    format: 1,
    name,
    ...card,
    mean: [...mean],
    std: [...std],
  });
  await writeFile(at(name), bytes);
}

const predicting = (models: string, more = ''): string =>
  `${head}  out:\n    do: predict\n    slides: old\n    modelFiles:\n${models}${more}`;
const model = (name: string): string => `      - model: ${name}\n`;

describe('model files of a recipe', () => {
  it('that are not there, or do not go together, are found before the first step', async () => {
    await modelFile('one.onnx', ['glomerulus']);
    await modelFile('two.onnx', ['normal', 'sclerotic']);
    await writeFile(at('text.onnx'), 'no model');
    const missing = async (text: string) => missingStarts(await check(text));
    expect(await missing(predicting(model('one.onnx') + model('one.onnx')))).toEqual([]);
    await expect(missing(predicting(model('one.onnx') + model('gone.onnx')))).rejects.toThrow(
      /line 11: step "out": .*gone.onnx: /,
    );
    await expect(missing(predicting(model('text.onnx')))).rejects.toThrow(/line 10: step "out": .*text.onnx: /);
    await expect(missing(predicting(model('one.onnx') + model('two.onnx')))).rejects.toThrow(
      'line 11: step "out": ' +
        at('two.onnx') +
        ': it knows the classes normal, sclerotic, and the model before it glomerulus; predict with each by itself',
    );
  });

  it('know the classes of the settings', async () => {
    await modelFile('two.onnx', ['normal', 'sclerotic']);
    const settings = (threshold: string): string => `    settings:\n      threshold: ${threshold}\n`;
    const missing = async (text: string) => missingStarts(await check(text));
    expect(await missing(predicting(model('two.onnx'), settings('normal=0.4,sclerotic=0.5')))).toEqual([]);
    await expect(missing(predicting(model('two.onnx'), settings('normal=0.4')))).rejects.toThrow(
      /line 12: .*threshold: class "sclerotic" is left out/,
    );
  });
});
