/** Checks of other commands whose settings a recipe gives: what they complain of gets the recipe's line. */
import { FtuError } from '@ftuseg/core';
import type { RecipePath } from './recipe.js';
import type { StepPlace } from './step-kind.js';

export interface SettingsPlace {
  /** Of the settings, inside the step. */
  readonly at: RecipePath;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * @param check takes the words for the settings in a message
 * @throws {FtuError} `bad-input` with the line of the setting, or of all settings where it is none of them
 */
export function atSettings(
  { file, name }: StepPlace,
  { at, settings }: SettingsPlace,
  check: (subject: string) => void,
): void {
  try {
    check(`steps.${[name, ...at].join('.')}`);
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    const path = error.setting?.split('.') ?? [];
    const known = path[0] !== undefined && path[0] in settings;
    throw file.fail(
      ['steps', name, ...at, ...(known ? path : [])],
      `${error.subject ?? ''}: ${error.problem}`,
      error.hint,
    );
  }
}

/**
 * The same of a single key of a step.
 * @param at inside the step
 * @throws {FtuError} `bad-input` with the line
 */
export function atKey({ file, name }: StepPlace, at: RecipePath, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    throw file.fail(['steps', name, ...at], error.problem, error.hint);
  }
}
