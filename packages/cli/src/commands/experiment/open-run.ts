/** The recipe behind a RUN, for every command that works on units. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type CheckedRecipe,
  checkRecipe,
  readRecipe,
  readUnitRun,
  refuseOutside,
  writeUnitRun,
} from '@ftuseg/experiment';
import { path } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { experimentFolder, namedRun } from './run-place.js';

export interface AskedRun {
  readonly run: string;
  readonly out?: string | undefined;
  readonly root?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** The only unit that is to run. */
  readonly id?: string | undefined;
}

export interface OpenRun {
  readonly checked: CheckedRecipe;
  /** Absolute. */
  readonly out: string;
  /** Absolute. */
  readonly root: string;
  /** So often a unit may fail before it is set aside, where the run says so. */
  readonly tries: number | undefined;
}

export const runField = path('recipe (YAML), or the folder of a run whose units were listed')
  .meta({ placeholder: 'RUN' })
  .optional();

/** A file of its own, or the folder of an experiment that says which recipe it is of. */
export async function openRun({ run, out: given, root, set = [], id }: AskedRun): Promise<OpenRun> {
  const isFolder = (await stat(run).catch(() => undefined))?.isDirectory() === true;
  if (isFolder && (given ?? root) !== undefined) {
    throw new UsageError(
      `--${given === undefined ? 'root' : 'out'} goes with a recipe; the folder of a run knows its own`,
    );
  }
  if (isFolder && set.length > 0) throw new UsageError('--set goes with a recipe; the folder of a run knows its own');
  const folder = isFolder ? await namedRun(run) : undefined;
  const known = folder !== undefined ? await readUnitRun(folder) : { recipe: resolve(run), root, set };
  const file = await readRecipe(known.recipe, known.set);
  const out = folder ?? experimentFolder(given, run, file);
  const place = { out, root: resolve(known.root ?? file.folder) };
  const checked = await checkRecipe(file, out, id);
  await refuseOutside(checked, place);
  const { tries } = await readUnitRun(out).catch(() => ({ tries: undefined }));
  await writeUnitRun(out, { ...known, root: place.root, tries });
  return { checked, ...place, tries };
}
