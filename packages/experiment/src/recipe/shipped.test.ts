import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { useRecipeFolder } from '../../tests/recipe-folder.js';
import { checkSteps } from './check-steps.js';
import { explainRecipe } from './explain.js';
import { readRecipe, recipeJsonSchema } from './read-recipe.js';

const shipped = fileURLToPath(new URL('../../../../recipes/', import.meta.url));
const { at } = useRecipeFolder();

describe('the recipes that are shipped', async () => {
  const names = (await readdir(shipped)).filter((name) => name.endsWith('.yaml'));

  it.each(names)('%s can be read, and says all of itself in a form that can be read again', async (name) => {
    const file = await readRecipe(join(shipped, name));
    const { recipe } = file;
    // Nothing but steps that are there, of the right kind, and settings that their commands take.
    expect(checkSteps(file).sort()).toEqual(Object.keys(recipe.steps).sort());
    const path = at(name);
    await writeFile(path, explainRecipe(file));
    const again = await readRecipe(path);
    expect(explainRecipe(again)).toBe(explainRecipe(file));
    expect(Object.keys(again.recipe.steps)).toEqual(Object.keys(recipe.steps));
    expect(parse(explainRecipe(file))).toMatchObject({ name: name.replace('.yaml', '') });
  });

  it('are all listed for people', async () => {
    const page = await readFile(join(shipped, '../docs/experiment.md'), 'utf8');
    for (const name of names) expect(page).toContain(`\`${name}\``);
  });

  it('come with the schema that editors check them by', async () => {
    const kept = JSON.parse(await readFile(join(shipped, 'recipe.schema.json'), 'utf8'));
    // `ftu run --schema > recipes/recipe.schema.json` makes it anew.
    expect(kept).toEqual(JSON.parse(JSON.stringify(recipeJsonSchema())));
  });
});
