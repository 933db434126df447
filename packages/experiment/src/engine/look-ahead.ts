/** The steps of a recipe as they stand: which are done, which will run, and the work of those. */
import { FtuError } from '@ftuseg/core';
import type { StepWork } from '../estimate/work.js';
import type { StepKind } from '../recipe/schema.js';
import { handlerOf } from '../steps/registry.js';
import type { EstimateContext } from '../steps/shared/estimate-context.js';
import { fingerprintOf, folderOf, keptRecord } from './kept.js';
import { readRecord, type StepRecord } from './step-record.js';

export interface LookedStep {
  readonly name: string;
  readonly kind: StepKind;
  /** `kept`: done; `go on`: begun and interrupted; `run`: to be done; `depends`: on steps before it that will run. */
  readonly status: 'kept' | 'go on' | 'run' | 'depends';
  /** What an earlier run left. */
  readonly found: StepRecord | undefined;
  /** Undefined: no telling, or nothing to do. */
  readonly work: StepWork | undefined;
}

/** Undefined where there is no telling: what is wrong with the step, it says itself when its turn comes. */
export async function workOf(name: string, context: EstimateContext): Promise<StepWork | undefined> {
  const step = context.checked.file.recipe.steps[name];
  if (step === undefined) return undefined;
  try {
    return await handlerOf(step.do).work(step as never, context, name);
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
    const step = context.checked.file.recipe.steps[name];
    if (step === undefined) continue;
    const folder = folderOf(context.checked, name);
    const found = await readRecord(folder);
    const fingerprint = step.do === 'report' ? undefined : await fingerprintOf(step, own, trustCode);
    const kept = fingerprint === undefined ? undefined : await keptRecord(handlerOf(step.do), folder, fingerprint);
    if (kept !== undefined) {
      records.set(name, kept);
      looked.push({ name, kind: step.do, status: 'kept', found, work: undefined });
      continue;
    }
    const interrupted = found !== undefined && found.status !== 'done' && found.fingerprint === fingerprint;
    const unknown = fingerprint === undefined && step.do !== 'report' && found?.status === 'done';
    const status = unknown ? 'depends' : interrupted ? 'go on' : 'run';
    looked.push({ name, kind: step.do, status, found, work: await workOf(name, own) });
  }
  return looked;
}
