/** What need not run again: a step that was done from the same settings, slides, steps before it and code. */
import { exists } from '@ftuseg/files';
import { digestOf } from '../records/digest.js';
import { isInside, type RecordPlace } from '../records/relative-paths.js';
import { readRecord, type StepRecord } from '../records/step-record.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { BaseStep } from '../step-kind/recipe.js';
import type { CheckedRecipe, RunContext, StepKind } from '../step-kind/step-kind.js';

/** Digest of everything that a step's result depends on; undefined where a step before it is not done. */
export async function fingerprintOf(
  step: BaseStep,
  context: RunContext,
  trustCode: boolean,
): Promise<string | undefined> {
  const { file } = context.checked;
  const kind = kindOf(file, step);
  const before = kind.references(step, file.recipe).map(({ name }) => context.records.get(name)?.digest);
  if (!kind.afterFailures && before.includes(undefined)) return undefined;
  const { out: _, ...settings } = step;
  const code = trustCode ? null : await kind.code(file.kinds);
  return digestOf([settings, before, code, await kind.inputs(step, context)]);
}

async function filesThere(kind: StepKind, output: unknown): Promise<boolean> {
  const files = kind.files(output);
  return files !== undefined && !(await Promise.all(files.map(exists))).includes(false);
}

/** The record of a step that need not run. */
export async function keptRecord(kind: StepKind, folder: string, fingerprint: string): Promise<StepRecord | undefined> {
  const record = await readRecord(folder);
  if (record?.status !== 'done' || record.fingerprint !== fingerprint) return undefined;
  return (await filesThere(kind, record.output)) ? record : undefined;
}

/** What the paths of a record count from. @param folder where it is written */
export function placeOf({ out, root }: Pick<RunContext, 'out' | 'root'>, folder: string, final = folder): RecordPlace {
  return { folder, final, together: isInside(root, out) ? [root] : [out] };
}

export function folderOf({ folders }: CheckedRecipe, name: string): string {
  const folder = folders.get(name);
  if (folder === undefined) throw new RangeError(`no folder of step ${name}`);
  return folder;
}
