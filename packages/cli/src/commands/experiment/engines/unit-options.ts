/** What every engine needs that hands out the units of a recipe. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type CheckedRecipe, refuseOutside, type UnitOptions, writeUnitRun } from '@ftuseg/experiment';
import type { CommandContext } from '../../../parser/command.js';

export interface AskedEngine
  extends Pick<UnitOptions, 'out' | 'root' | 'device' | 'threads' | 'trustCode' | 'tries' | 'signal'> {
  readonly checked: CheckedRecipe;
  /** Absolute path. */
  readonly recipe: string;
  readonly set: readonly string[];
  /** Writes the recipe, where this command makes it, once nothing else is at work in the folder. */
  readonly writeRecipe?: () => Promise<void>;
}

/** The program as it is built, found from `src/` and from `dist/` alike. */
export const unitProgram: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../../../../bin/ftu.js', import.meta.url)),
];

/** Options of `ftu unit` that make it do what this run would. */
const unitOptionsOf = ({ device, threads, trustCode }: AskedEngine): string[] => [
  '--until-set-aside',
  ...(device === 'cpu' ? [] : ['--device', device]),
  ...(threads === undefined ? [] : ['--threads', String(threads)]),
  ...(trustCode ? ['--trust-code'] : []),
];

/**
 * @returns what every engine is told
 * @throws {FtuError} `bad-input` for what lies outside the root
 */
export async function prepareUnits(asked: AskedEngine, { note, progress, signal }: CommandContext) {
  const { checked, out, root, recipe, set, tries, device, threads, trustCode } = asked;
  await refuseOutside(checked, { out, root });
  const handOut = async (): Promise<void> => {
    await asked.writeRecipe?.();
    await writeUnitRun(out, { recipe, root, set, tries });
  };
  const unitOptions = unitOptionsOf(asked);
  return { out, root, device, threads, trustCode, tries, signal, note, progress, unitOptions, handOut };
}
