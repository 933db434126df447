import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlideRow } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainingWarnings } from './seen-slides.node.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-seen-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const row = (id: string, patient: string): SlideRow => ({ id, image: `${id}.tif`, columns: { patient } });
const table = [row('a', 'p'), row('b', 'p'), row('c', 'q'), row('d', 'r')];

/** The folder of a prediction by models that were trained on these slides. */
async function predictedBy(...trained: readonly (readonly string[] | undefined)[]): Promise<string> {
  const models = trained.map((trainedOn, i) => ({
    name: `m${i}.onnx`,
    card: { training: trainedOn === undefined ? {} : { trainedOn } },
  }));
  await writeFile(join(folder, 'predictions.json'), JSON.stringify({ models, slides: [] }));
  return folder;
}

describe('trainingWarnings', () => {
  it('names slides that one of the models was trained on', async () => {
    expect(await trainingWarnings(await predictedBy(['official/a', 'b', 'x']), table, table)).toEqual([
      expect.stringMatching(/^m0\.onnx was trained on 2 of these 4 slides, by their ids \(a, b\): such scores/),
    ]);
    expect(await trainingWarnings(await predictedBy(['a'], ['c', 'd'], ['b']), table, table)).toEqual([
      expect.stringMatching(/^m0\.onnx, m1\.onnx, m2\.onnx were trained on all of these slides/),
    ]);
  });

  it('names groups of which the training had other images, whether these are scored or not', async () => {
    const shared = 'patient p: the model was trained on others of the same, so that scores on these are too good';
    expect(await trainingWarnings(await predictedBy(['a'], ['a']), table.slice(1), table)).toEqual([shared]);
    expect(await trainingWarnings(await predictedBy(['a']), table, table)).toEqual([expect.any(String), shared]);
  });

  it('has nothing to say of new slides, of models that do not say, and of what others predicted', async () => {
    expect(await trainingWarnings(await predictedBy(['x'], undefined), table, table)).toEqual([]);
    expect(await trainingWarnings(join(folder, 'nowhere'), table, table)).toEqual([]);
    await writeFile(join(folder, 'predictions.json'), 'torn');
    expect(await trainingWarnings(folder, table, table)).toEqual([]);
  });
});
