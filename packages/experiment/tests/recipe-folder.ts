/** A folder of six small slides, for tests of recipes on them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll } from 'vitest';
import { checkRecipe } from '../src/recipe/check-recipe.js';
import { readRecipe } from '../src/recipe/read-recipe.js';
import type { CheckedRecipe } from '../src/step-kind/step-kind.js';

export const head = `name: test
slides:
  old: { table: slides.csv, where: kind=old }
  new: { table: slides.csv, where: kind=new, labels: false }
steps:
`;
export const data = '  data: { do: prepare, slides: old }\n';
export const stage = '  stage: { do: train, data: data }\n';

export interface RecipeFolder {
  /** Path of a file in it. */
  at(...names: string[]): string;
  check(text: string, assignments?: readonly string[], onNote?: (sentence: string) => void): Promise<CheckedRecipe>;
}

/** Made before the tests of a file, and removed after them. */
export function useRecipeFolder(): RecipeFolder {
  let folder = '';
  const at = (...names: string[]): string => join(folder, ...names);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-recipe-'));
    const image = raster(8, 8, 3, new Uint8Array(192));
    // As many labelled slides as a training has folds, if nobody says otherwise.
    const ids = ['a', 'b', 'd', 'e', 'f', 'c'];
    for (const id of ids) await writePng(at(`${id}.png`), image);
    const rows = ids.map((id) => `${id},${id}.png,${id}.png,1,${id === 'c' ? 'new' : 'old'}`);
    await writeFile(at('slides.csv'), ['id,image,mask,mpp,kind', ...rows].join('\n'));
    await writeFile(at('lost.csv'), 'id,image\nz,z.png\n');
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    at,
    async check(text, assignments = [], onNote) {
      const path = at('recipe.yaml');
      await writeFile(path, text);
      return checkRecipe(await readRecipe(path, assignments), at('out'), undefined, onNote);
    },
  };
}
