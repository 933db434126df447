/** What the steps of a recipe can get wrong together, told from the recipe alone. */
import { relative, resolve, sep } from 'node:path';
import { nearestName } from '@ftuseg/core';
import { kindOf } from '../step-kind/kind-of.js';
import type { BaseStep } from '../step-kind/recipe.js';
import { CHECK_PASSES, type RecipeFile } from '../step-kind/step-kind.js';
import { orderOf } from './order.js';

function checkReferences(file: RecipeFile, name: string, step: BaseStep): void {
  const { recipe } = file;
  for (const { at, name: other, kinds } of kindOf(file, step).references(step, recipe)) {
    const found = Object.hasOwn(recipe.steps, other) ? recipe.steps[other] : undefined;
    const place = ['steps', name, ...at];
    if (found === undefined) {
      const nearest = nearestName(other, Object.keys(recipe.steps));
      const hint = nearest === undefined ? undefined : `did you mean "${nearest}"?`;
      throw file.fail(place, `there is no step "${other}"`, hint);
    }
    if (!kinds.includes(found.do)) {
      throw file.fail(place, `"${other}" is a step that does ${found.do}, where ${kinds.join(' or ')} is needed`);
    }
  }
}

/** The key `slides` of a step, whatever its kind, names an entry of the recipe's. */
function checkSlidesName({ recipe, fail }: RecipeFile, name: string, step: BaseStep): void {
  if (!('slides' in step) || typeof step.slides !== 'string' || Object.hasOwn(recipe.slides, step.slides)) return;
  const known = Object.keys(recipe.slides).join(', ');
  throw fail(['steps', name, 'slides'], `there are no slides "${step.slides}"`, `there are ${known}`);
}

/**
 * Checks names, kinds, settings, scales and circles.
 * @returns names of the steps, each after those that it builds on
 * @throws {FtuError} `bad-input` with the line
 * @example
 * checkSteps(await readRecipe('recipe.yaml'));
 */
export function checkSteps(file: RecipeFile): string[] {
  if (Object.keys(file.recipe.steps).length === 0) throw file.fail(['steps'], 'there is no step');
  const steps = Object.entries(file.recipe.steps);
  for (const [name, step] of steps) {
    checkReferences(file, name, step);
    checkSlidesName(file, name, step);
  }
  const order = orderOf(file);
  for (const pass of CHECK_PASSES) {
    for (const [name, step] of steps) kindOf(file, step).check(pass, step, { file, name });
  }
  return order;
}

/**
 * The absolute folder of each step.
 * @throws {FtuError} `bad-input` for one outside the experiment's, and for two of which one lies in the other
 */
export function foldersOf(file: RecipeFile, out: string): Map<string, string> {
  const folders = new Map<string, string>();
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    const folder = resolve(out, step.out ?? name);
    const inside = relative(out, folder);
    if (inside === '' || inside.startsWith('..')) {
      throw file.fail(['steps', name, 'out'], `"${step.out}" is not a folder inside the experiment's`);
    }
    for (const [other, theirs] of folders) {
      if (folder !== theirs && !folder.startsWith(theirs + sep) && !theirs.startsWith(folder + sep)) continue;
      const key = step.out === undefined && file.recipe.steps[other]?.out !== undefined ? other : name;
      throw file.fail(['steps', key, 'out'], `steps "${other}" and "${name}" would write the same place, ${inside}`);
    }
    folders.set(name, folder);
  }
  return folders;
}
