/** What every engine needs that hands out the units of a recipe. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  type CheckedRecipe,
  recipeDigest,
  refuseOutside,
  type UnitOption,
  type UnitOptions,
  writeUnitRun,
} from '@ftuseg/experiment';
import type { CommandContext } from '../../../parser/command.js';

export interface AskedEngine
  extends Pick<UnitOptions, 'out' | 'root' | 'device' | 'threads' | 'trustCode' | 'tries' | 'signal'> {
  readonly checked: CheckedRecipe;
  /** Absolute path. */
  readonly recipe: string;
  readonly set: readonly string[];
}

/** The program as it is built, found from `src/` and from `dist/` alike. */
export const unitProgram: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../../../../bin/ftu.js', import.meta.url)),
];

/** An option that every engine hands on, with its value. */
const option = (name: UnitOption, ...value: readonly string[]): readonly string[] => [name, ...value];

/** Options of `ftu unit` that make it do what this run would. */
const unitOptionsOf = ({ checked, device, threads, trustCode }: AskedEngine): string[] => [
  ...option('--until-set-aside'),
  ...option('--recipe-digest', recipeDigest(checked)),
  ...(device === 'cpu' ? [] : option('--device', device)),
  ...(threads === undefined ? [] : option('--threads', String(threads))),
  ...(trustCode ? option('--trust-code') : []),
];

/**
 * Writes down what units need to know of the run.
 * @returns what every engine is told
 * @throws {FtuError} `bad-input` for what lies outside the root
 */
export async function prepareUnits(asked: AskedEngine, { note, progress, signal }: CommandContext) {
  const { checked, out, root, recipe, set, tries, device, threads, trustCode } = asked;
  await refuseOutside(checked, { out, root });
  await writeUnitRun(out, { recipe, root, set, tries });
  return { out, root, device, threads, trustCode, tries, signal, note, progress, unitOptions: unitOptionsOf(asked) };
}
