/** What need not run again: a step that was done from the same settings, slides, steps before it and code. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '@ftuseg/files';
import { digestOf } from '../records/digest.js';
import { isInside, type RecordPlace } from '../records/relative-paths.js';
import { lostResult } from '../records/result-files.js';
import { readRecord, recordFile, type StepRecord } from '../records/step-record.js';
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

/** The first of some files that is not there. */
async function missingOf(files: readonly string[]): Promise<string | undefined> {
  const there = await Promise.all(files.map(exists));
  return files.find((_, i) => there[i] === false);
}

/** The record of a step that need not run. */
export async function keptRecord(kind: StepKind, folder: string, fingerprint: string): Promise<StepRecord | undefined> {
  const record = await readRecord(folder);
  if (record?.status !== 'done' || record.fingerprint !== fingerprint) return undefined;
  const files = await kind.files(record.output);
  return files !== undefined && (await missingOf(files)) === undefined ? record : undefined;
}

/**
 * Forgets finished steps of which results are gone or cut off, so that they run again. Only the process that runs the recipe looks, and only once: of
 * thousands of slides there are tens of thousands of files.
 */
export async function forgetLost(
  { file, order, folders }: CheckedRecipe,
  note: (sentence: string) => void,
): Promise<void> {
  for (const name of order) {
    const [step, folder] = [file.recipe.steps[name], folders.get(name)];
    if (step === undefined || folder === undefined) continue;
    const record = await readRecord(folder);
    if (record?.status !== 'done') continue;
    const missing = await missingOf((await kindOf(file, step).files(record.output)) ?? []);
    const lost = (await lostResult(folder)) ?? (missing === undefined ? undefined : `${missing} is gone`);
    if (lost === undefined) continue;
    note(`${name}: ${lost}: the step runs again`);
    await rm(join(folder, recordFile), { force: true });
  }
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
