/** What need not run again: a step that was done from the same settings, slides, steps before it and code. */
import { exists } from '@ftuseg/files';
import type { CheckedRecipe } from '../recipe/check-recipe.js';
import { referencesOf } from '../recipe/references.js';
import type { Step, StepKind } from '../recipe/schema.js';
import { handlerOf } from '../steps/registry.js';
import type { StepHandler, Workshop } from '../steps/step-kind.js';
import { codeDigest, digestOf } from './digest.js';
import { readRecord, type StepRecord } from './step-record.js';

type Handler = StepHandler<StepKind>;

/** Digest of everything that a step's result depends on; undefined where a step before it is not done. */
export async function fingerprintOf(step: Step, workshop: Workshop, trustCode: boolean): Promise<string | undefined> {
  const before = referencesOf(step, workshop.checked.file.recipe).map(({ name }) => workshop.records.get(name)?.digest);
  if (step.do !== 'report' && before.includes(undefined)) return undefined;
  const { out: _, ...settings } = step;
  const handler = handlerOf(step.do);
  const code = trustCode ? null : await codeDigest(handler.code);
  return digestOf([settings, before, code, await handler.inputs(step as never, workshop)]);
}

async function filesThere(handler: Handler, output: unknown): Promise<boolean> {
  const parsed = handler.output.safeParse(output);
  if (!parsed.success) return false;
  return !(await Promise.all(handler.files(parsed.data as never).map(exists))).includes(false);
}

/** The record of a step that need not run. */
export async function keptRecord(
  handler: Handler,
  folder: string,
  fingerprint: string,
): Promise<StepRecord | undefined> {
  const record = await readRecord(folder);
  if (record?.status !== 'done' || record.fingerprint !== fingerprint) return undefined;
  return (await filesThere(handler, record.output)) ? record : undefined;
}

export function folderOf({ folders }: CheckedRecipe, name: string): string {
  const folder = folders.get(name);
  if (folder === undefined) throw new RangeError(`no folder of step ${name}`);
  return folder;
}
