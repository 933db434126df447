/**
 * What a recipe says of a step, as one digest that goes with every unit that is handed out. Units read the recipe when they begin: one that was edited meanwhile, or a table or a model that it names,
 * would give other results under the name of the run that was asked for.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { isAddress } from '@ftuseg/files';
import { digestsOf } from '../engine/digests.js';
import { checkRecipe } from '../recipe/check-recipe.js';
import { readRecipe } from '../recipe/read-recipe.js';
import { digestOf } from '../records/digest.js';
import { isInside, withRelativePaths } from '../records/relative-paths.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { CheckedRecipe, RunContext } from '../step-kind/step-kind.js';
import { stepOfUnit } from '../units/find-unit.js';
import { stringsIn } from '../units/refuse-outside.js';
import { readUnitRun } from '../units/run-file.js';
import { withAncestors } from '../units/step-states.js';

/** Digests by the names of steps. */
export type StepDigests = ReadonlyMap<string, string>;

const LETTERS = 12;

type Place = Pick<RunContext, 'out' | 'root' | 'signal'>;

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true;

/**
 * A digest is of the step and of all steps that it builds on: their settings, the rows of their slides, and what the files hold that they name, such as models. No comment, and nothing of other steps, changes
 * it. What a slide's file holds is no part of it: nobody reads all slides before the first unit, and records state it.
 *
 * @param steps all, unless some are named
 * @throws {FtuError} `cancelled`, `io`
 */
export async function stepDigests(
  checked: CheckedRecipe,
  { out, root, signal }: Place,
  steps: readonly string[] = checked.order,
): Promise<StepDigests> {
  const { file, order, slides } = checked;
  const { recipe, folder } = file;
  const contents = digestsOf({ out }, { signal });

  async function contentsNamedBy(settings: unknown): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const text of stringsIn(settings)) {
      const path = resolve(folder, text);
      // What the experiment makes itself may not be there yet.
      if (!isAddress(text) && !isInside(out, path) && (await isFile(path))) found.push([text, await contents.of(path)]);
    }
    return found;
  }

  async function digest(name: string): Promise<string> {
    const parts: unknown[] = [recipe.seed ?? null];
    const wanted = withAncestors(checked, name);
    for (const one of order) {
      const step = recipe.steps[one];
      if (step === undefined || !wanted.has(one)) continue;
      const { out: _, ...settings } = step;
      const uses = kindOf(file, step).slides(step, recipe);
      const rows = uses.map((use) => slides.get(use.slides) ?? []);
      parts.push([one, settings, rows, await contentsNamedBy(settings)]);
    }
    return digestOf(withRelativePaths(parts, { folder: root, final: root, together: [] })).slice(0, LETTERS);
  }

  const found = new Map<string, string>();
  for (const name of steps) found.set(name, await digest(name));
  return found;
}

/**
 * @param expected digest of the unit's step, by whoever handed the unit out
 * @throws {FtuError} `unavailable` where the recipe says something else of the step now; `cancelled`, `io`
 */
export async function requireStepDigest(
  checked: CheckedRecipe,
  unit: string,
  expected: string,
  place: Place,
): Promise<void> {
  const step = stepOfUnit(checked, unit)?.step;
  if (step !== undefined && (await stepDigests(checked, place, [step])).get(step) === expected) return;
  throw new FtuError(
    'unavailable',
    `the recipe, or a table or a model that it names, was changed since the unit ${unit} was handed out, which would have other settings now`,
    { subject: checked.file.path, hint: 'give the command that handed it out again, or put back what was changed' },
  );
}

/**
 * The same for the recipe as it lies on the disk now.
 * @throws {FtuError} as `requireStepDigest`; `bad-input` where the recipe cannot be read or checked any more
 */
export async function requireSameRecipe(unit: string, expected: string, place: Place): Promise<void> {
  const { recipe, set } = await readUnitRun(place.out);
  const checked = await checkRecipe(await readRecipe(recipe, set), place.out, unit);
  await requireStepDigest(checked, unit, expected, place);
}
