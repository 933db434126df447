import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecipe } from '@ftuseg/experiment';
import { parseClasses } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classMapOf, type NetworkToTrain, trainingRecipe } from './recipe.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-recipe-'));
});
afterAll(() => rm(folder, { recursive: true }));

const network: NetworkToTrain = {
  encoderWeights: 'starter',
  start: 'network',
  decoder: 'unet',
  encoder: 'tu-tf_efficientnetv2_b0',
  options: { attention: 'scse' },
  classes: ['glomerulus', 'Sclerotic: "old"'.replaceAll('"', '')],
  tile: 256,
  micronsPerPixel: 2,
};

async function read(text: string) {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, text);
  return (await readRecipe(path)).recipe;
}

describe('trainingRecipe', () => {
  it('is one that `ftu run` reads', async () => {
    const text = trainingRecipe({ name: 'studio', network, more: true, folds: 3, epochs: 8, imagesPerEpoch: 5 });
    const { steps, slides } = await read(text);
    expect(slides).toMatchObject({ corrected: { table: 'corrected.csv', labels: true }, all: { labels: false } });
    expect(Object.keys(steps)).toEqual(['data', 'more', 'network', 'predictions']);
    expect(steps).toMatchObject({
      data: { do: 'prepare', micronsPerPixel: 2, tile: 256 },
      network: {
        do: 'train',
        sources: { more: { data: 'more' } },
        settings: {
          encoderWeights: 'starter',
          start: 'network',
          foldCount: 3,
          epochs: 8,
          samplesPerEpoch: 5,
          batchSize: 5,
          attention: 'scse',
        },
      },
      predictions: { do: 'predict', models: 'network', slides: 'all' },
    });
  });

  it('makes pictures as those were that the network learnt from', async () => {
    const stainNormalisation = {
      method: 'macenko',
      vectors: [
        [0.6, 0.7, 0.3],
        [0.1, 0.9, 0.2],
      ],
      amounts: [1.9, 1],
    } as const;
    const coloured = { ...network, resize: 'bilinear', icc: 'srgb', stainNormalisation } as const;
    const recipe = { name: 'studio', network: coloured, more: true, folds: 2, epochs: 1, imagesPerEpoch: 40 };
    const { steps } = await read(trainingRecipe(recipe));
    const pictures = {
      resize: 'bilinear',
      icc: 'srgb',
      stainNormalisation: 'macenko',
      stainTarget: stainNormalisation,
    };
    expect(steps).toMatchObject({ data: pictures, more: pictures });
  });

  it('validates nothing where there is one group, and keeps a factor where the scale is one', async () => {
    const scaled = { ...network, micronsPerPixel: undefined, downsample: 4 };
    const recipe = { name: 'studio', network: scaled, more: false, folds: undefined, epochs: 1, imagesPerEpoch: 40 };
    const { steps } = await read(trainingRecipe(recipe));
    expect(steps).toMatchObject({ data: { downsample: 4 }, network: { settings: { split: 'none', batchSize: 8 } } });
    expect(steps).not.toHaveProperty('network.settings.foldCount');
  });
});

describe('classMapOf', () => {
  it('calls classes by their own names, and knows areas', () => {
    const { names, objects, areas } = parseClasses(classMapOf(['glomerulus', 'a;b=c', '1']));
    expect(names).toEqual(['glomerulus', 'a;b=c', '1']);
    expect(objects).toHaveLength(3);
    expect(Object.keys(areas ?? {})).toEqual(['annotated', 'ignore']);
  });

  it.each(['a "b"', 'ignore', ' x'])('refuses the name %j', (name) => {
    expect(() => classMapOf([name])).toThrow(/has a name that no training can take/);
  });
});
