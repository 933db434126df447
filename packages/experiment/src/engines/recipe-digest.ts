/** The recipe that work was handed out for, as one digest: whoever does the work reads the recipe again, and somebody may have changed it meanwhile. */
import { FtuError } from '@ftuseg/core';
import { digestOf } from '../records/digest.js';
import type { CheckedRecipe } from '../step-kind/step-kind.js';

const LETTERS = 12;

/**
 * Some letters of the digest of a recipe's settings, with what was laid over them, and of the cells of its slide tables. Comments do not count, nor where
 * anything lies. What files hold is known by the units themselves.
 */
export function recipeDigest({ file, slides }: Pick<CheckedRecipe, 'file' | 'slides'>): string {
  const tables = [...slides].map(([name, rows]) => [name, rows.map(({ id, columns }) => [id, columns])]);
  return digestOf([file.recipe, tables]).slice(0, LETTERS);
}

/**
 * @param expected `recipeDigest` of what the work was handed out for
 * @throws {FtuError} `unavailable` where the recipe is another one by now
 */
export function requireRecipe(checked: Pick<CheckedRecipe, 'file' | 'slides'>, expected: string): void {
  if (recipeDigest(checked) === expected) return;
  throw new FtuError('unavailable', 'the recipe, or a slide table of it, was changed since the work was handed out', {
    subject: checked.file.path,
    hint: 'the command that handed it out does so again, with the recipe as it is now',
  });
}
