/** Keys of steps that would do nothing beside the others: a person who writes one believes that it does something. */
import type { FtuError } from '@ftuseg/core';
import type { RecipeFile } from '../../recipe/read-recipe.js';
import { type Step, type StepOf, stepSchemas } from '../../recipe/schema.js';

type Fail = (at: readonly string[], problem: string, hint: string) => FtuError;

const roundsByDefault = stepSchemas.select.shape.rounds.def.defaultValue;

/** What turns probabilities into masks at level 0. A greedy selection ends at probabilities, after DenseCRF, and takes a threshold of a half. */
const level0 = ['peak', 'minimumArea', 'fillHoles', 'split'] as const;

function checkSelect(step: StepOf<'select'>, fail: Fail): void {
  const { ensemble, by, best, rounds, settings } = step;
  const [setting] = Object.keys(settings);
  if (ensemble === 'greedy') {
    const greedy = 'a greedy selection ranks ensembles of train steps by out-of-fold Dice';
    if (by !== 'out-of-fold') throw fail(['by'], `"by: ${by}" would do nothing: ${greedy}`, 'leave it out');
    if (best !== undefined) throw fail(['best'], `"best" would do nothing: ${greedy}`, 'bound it by `rounds`');
    // Where masks of tiles are joined, the threshold makes these masks.
    const threshold = settings.merge === 'or' ? [] : (['threshold'] as const);
    const idle = [...threshold, ...level0].find((name) => settings[name] !== undefined);
    if (idle !== undefined) {
      const where = 'a greedy selection scores mean probabilities at the working resolution against a half';
      throw fail(['settings', idle], `"settings.${idle}" would do nothing: ${where}`, 'leave it out');
    }
    return;
  }
  if (rounds !== roundsByDefault)
    throw fail(['rounds'], '"rounds" would do nothing: it is for `ensemble: greedy`', 'leave it out');
  if (by !== 'whole-slides' && setting !== undefined) {
    throw fail(
      ['settings', setting],
      `"settings.${setting}" would do nothing: nothing is predicted`,
      'select `by: whole-slides`, or leave it out',
    );
  }
}

function checkStep(file: RecipeFile, name: string, step: Step): void {
  const fail: Fail = (at, problem, hint) => file.fail(['steps', name, ...at], `steps.${name}: ${problem}`, hint);
  if (step.do === 'select') checkSelect(step, fail);
}

/** @throws {FtuError} `bad-input` with the line of a key that would do nothing */
export function checkUnused(file: RecipeFile): void {
  for (const [name, step] of Object.entries(file.recipe.steps)) checkStep(file, name, step);
}
