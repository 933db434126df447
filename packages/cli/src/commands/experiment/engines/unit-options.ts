/** What every engine needs that hands out the units of a recipe. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type CheckedRecipe, refuseOutside, type UnitOptions, writeUnitRun } from '@ftuseg/experiment';

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

/** Options of `ftu unit` that make it do what this run would. */
export const unitOptionsOf = ({ device, threads, trustCode }: AskedEngine): string[] => [
  '--until-set-aside',
  ...(device === 'cpu' ? [] : ['--device', device]),
  ...(threads === undefined ? [] : ['--threads', String(threads)]),
  ...(trustCode ? ['--trust-code'] : []),
];

/** @throws {FtuError} `bad-input` for what lies outside the root */
export async function prepareUnits({ checked, out, root, recipe, set, tries }: AskedEngine): Promise<void> {
  await refuseOutside(checked, { out, root });
  await writeUnitRun(out, { recipe, root, set, tries });
}

export const number = (count: number, what: string): string => `${count} ${count === 1 ? what : `${what}s`}`;
