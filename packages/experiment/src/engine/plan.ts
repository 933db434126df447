/** What a run would do, before it does anything: which steps are done, which must run, about how long they take. */

import { clock } from '@ftuseg/train';
import type { CheckedRecipe } from '../recipe/check-recipe.js';
import type { StepKind } from '../recipe/schema.js';
import { handlerOf } from '../steps/handlers.js';
import { fingerprintOf, keptRecord } from './run-recipe.js';
import type { Workshop } from './step.js';
import { readRecord, type StepRecord } from './step-record.js';

export interface PlannedStep {
  readonly name: string;
  readonly kind: StepKind;
  /** `kept`: done; `go on`: begun and interrupted; `run`: to be done; `depends`: on steps before it that will run. */
  readonly status: 'kept' | 'go on' | 'run' | 'depends';
  /** Seconds that are still to come; undefined: no telling. */
  readonly seconds: number | undefined;
  /** Where the time is from: an earlier run of the step, or the machine's speed. */
  readonly basis: 'earlier' | 'estimate' | undefined;
}

/**
 * @throws {FtuError} what a slide's reader throws
 * @example
 * console.log(formatPlan(await planRecipe(checked, workshop, false)));
 */
export async function planRecipe(
  checked: CheckedRecipe,
  options: Pick<Workshop, 'out' | 'device' | 'threads' | 'signal'>,
  trustCode: boolean,
): Promise<PlannedStep[]> {
  const records = new Map<string, StepRecord>();
  const silent = (): void => undefined;
  const workshop: Workshop = { ...options, checked, records, outcomes: [], note: silent, progress: silent };
  const planned: PlannedStep[] = [];
  for (const name of checked.order) {
    const step = checked.file.recipe.steps[name];
    const folder = checked.folders.get(name);
    if (step === undefined || folder === undefined) continue;
    const handler = handlerOf(step.do);
    const found = await readRecord(folder);
    const fingerprint = step.do === 'report' ? undefined : await fingerprintOf(step, workshop, trustCode);
    const kept = fingerprint === undefined ? undefined : await keptRecord(handler, folder, fingerprint);
    if (kept !== undefined) {
      records.set(name, kept);
      planned.push({ name, kind: step.do, status: 'kept', seconds: 0, basis: undefined });
      continue;
    }
    const interrupted = found !== undefined && found.status !== 'done' && found.fingerprint === fingerprint;
    const unknown = fingerprint === undefined && step.do !== 'report' && found?.status === 'done';
    const status = unknown ? 'depends' : interrupted ? 'go on' : 'run';
    if (found?.status === 'done') {
      planned.push({ name, kind: step.do, status, seconds: found.seconds, basis: 'earlier' });
      continue;
    }
    const whole = await handler.estimate(step as never, workshop);
    const seconds = whole === undefined ? undefined : Math.max(0, whole - (interrupted ? found.seconds : 0));
    planned.push({ name, kind: step.do, status, seconds, basis: seconds === undefined ? undefined : 'estimate' });
  }
  return planned;
}

/** A table for people, with the sum. */
export function formatPlan(steps: readonly PlannedStep[]): string {
  const cells = steps.map(({ name, kind, status, seconds, basis }) => [
    name,
    kind,
    status === 'depends' ? 'if what it builds on changes' : status,
    status === 'kept'
      ? ''
      : seconds === undefined
        ? 'no telling'
        : `about ${clock(seconds)}${basis === 'earlier' ? ' (as before)' : ''}`,
  ]);
  const head = ['step', 'does', 'state', 'time'];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const total = steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const open = steps.some(({ status, seconds }) => status !== 'kept' && seconds === undefined);
  return [
    line(head),
    ...cells.map(line),
    `about ${clock(total)} in all${open ? ', and what there is no telling of' : ''}`,
  ].join('\n');
}
