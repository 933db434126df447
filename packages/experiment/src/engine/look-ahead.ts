/** The steps of a recipe as they stand: which are done, which will run, and the work of those. */
import { FtuError } from '@ftuseg/core';
import type { StepWork } from '../estimate/work.js';
import { lostResult } from '../records/result-files.js';
import { readRecord, type StepRecord } from '../records/step-record.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { EstimateContext } from '../step-kind/step-kind.js';
import { fingerprintOf, folderOf, keptRecord } from './kept.js';

export interface LookedStep {
  readonly name: string;
  readonly kind: string;
  /** `kept`: done; `go on`: begun and interrupted; `run`: to be done; `depends`: on steps before it that will run. */
  readonly status: 'kept' | 'go on' | 'run' | 'depends';
  /** What an earlier run left. */
  readonly found: StepRecord | undefined;
  /** Undefined: no telling, or nothing to do. */
  readonly work: StepWork | undefined;
}

/** Undefined where there is no telling: what is wrong with the step, it says itself when its turn comes. */
export async function workOf(name: string, context: EstimateContext): Promise<StepWork | undefined> {
  const { file } = context.checked;
  const step = file.recipe.steps[name];
  if (step === undefined) return undefined;
  try {
    return await kindOf(file, step).work(step, context, name);
  } catch (error) {
    if (error instanceof FtuError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** @param names of steps in the order in which they run; those before them are in the context's records */
export async function lookAhead(
  names: readonly string[],
  context: EstimateContext,
  trustCode: boolean,
): Promise<LookedStep[]> {
  const records = new Map(context.records);
  const own = { ...context, records };
  const looked: LookedStep[] = [];
  for (const name of names) {
    const { file } = context.checked;
    const step = file.recipe.steps[name];
    if (step === undefined) continue;
    const kind = kindOf(file, step);
    const folder = folderOf(context.checked, name);
    const found = await readRecord(folder);
    const fingerprint = kind.afterFailures ? undefined : await fingerprintOf(step, own, trustCode);
    const kept = fingerprint === undefined ? undefined : await keptRecord(kind, folder, fingerprint);
    if (kept !== undefined && (await lostResult(folder)) === undefined) {
      records.set(name, kept);
      looked.push({ name, kind: step.do, status: 'kept', found, work: undefined });
      continue;
    }
    const interrupted = found !== undefined && found.status !== 'done' && found.fingerprint === fingerprint;
    const unknown = fingerprint === undefined && !kind.afterFailures && found?.status === 'done';
    const status = unknown ? 'depends' : interrupted ? 'go on' : 'run';
    looked.push({ name, kind: step.do, status, found, work: await workOf(name, own) });
  }
  return looked;
}
