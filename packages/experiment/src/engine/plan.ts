/** What a run would do, before it does anything: which steps are done, which must run, about how long they take. */

import { clock } from '@ftuseg/train';
import { describeLoad, expectedShare, type Load } from '../estimate/load.js';
import { isBusy, listen, openSpeeds } from '../estimate/open-speeds.js';
import type { Basis, Speeds } from '../estimate/speeds.js';
import { createSurvey } from '../estimate/survey.js';
import { threadsOf } from '../estimate/threads.js';
import { type StepWork, workSeconds } from '../estimate/work.js';
import type { CheckedRecipe, RunContext } from '../step-kind/step-kind.js';
import { digestsOf } from './digests.js';
import { type LookedStep, lookAhead } from './look-ahead.js';

export interface PlannedStep extends Pick<LookedStep, 'name' | 'kind' | 'status'> {
  /** Seconds that are still to come on an idle machine; undefined: no telling. */
  readonly seconds: number | undefined;
  /** Where most of the time is from: the step itself, done before, or the weakest of what its work was looked up in. */
  readonly basis: 'earlier' | Basis | undefined;
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** What others do on the machine. */
  readonly load: Load;
  readonly threads: number;
}

/**
 * @throws {FtuError} what a slide's reader throws
 * @example
 * console.log(formatPlan(await planRecipe(checked, options, false)));
 */
export async function planRecipe(
  checked: CheckedRecipe,
  options: Pick<RunContext, 'out' | 'device' | 'threads' | 'signal'> & { readonly root?: string | undefined },
  trustCode: boolean,
): Promise<Plan> {
  const silent = (): void => undefined;
  // What was never read was never run: no slide is read whole for a plan.
  const digests = digestsOf(options, { knownOnly: true });
  const none = { root: options.root ?? checked.file.folder, records: new Map(), outcomes: [] };
  const run: RunContext = { ...options, ...none, checked, digests, note: silent, progress: silent };
  const threads = threadsOf(run);
  const load = await listen();
  const busy = isBusy(load, threads);
  const context = { ...run, survey: createSurvey(busy) };
  const looked = await lookAhead(checked.order, context, trustCode);
  const works = looked.flatMap(({ work }) => work ?? []);
  const speeds = await openSpeeds(works, threads, busy);
  const steps = looked.map((step): PlannedStep => {
    const { name, kind, status } = step;
    return { name, kind, status, ...timeOf(step, speeds) };
  });
  return { steps, load, threads };
}

/** Where the most of the time is from, the weakest of those that matter. */
function basisOf({ items }: StepWork, speeds: Speeds): Basis {
  const order: readonly Basis[] = ['record', 'measured', 'scaled', 'typical'];
  const parts = items.flatMap((item) => {
    const speed = item.count > 0 ? speeds.of(item) : undefined;
    return speed === undefined ? [] : [{ seconds: item.count * speed.seconds, basis: speed.basis }];
  });
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const telling = parts.filter(({ seconds }) => seconds >= 0.2 * total).map(({ basis }) => order.indexOf(basis));
  return order[Math.max(0, ...telling)] ?? 'typical';
}

function timeOf({ status, found, work }: LookedStep, speeds: Speeds): Pick<PlannedStep, 'seconds' | 'basis'> {
  if (status === 'kept') return { seconds: 0, basis: undefined };
  const secondsOf = (of: StepWork): number | undefined => workSeconds(of, (item) => speeds.of(item)?.seconds);
  const whole = work === undefined ? undefined : secondsOf(work);
  if (found?.status === 'done') {
    const { idleSeconds = found.seconds, expected } = found;
    // What it took says what it takes, in the measure of what has changed since.
    const then = expected === undefined ? undefined : secondsOf({ items: expected.items });
    if (whole === undefined) return { seconds: idleSeconds ?? found.seconds, basis: 'earlier' };
    if (idleSeconds !== null && then !== undefined && then > 0)
      return { seconds: (idleSeconds * whole) / then, basis: 'earlier' };
  }
  if (whole === undefined || work === undefined) return { seconds: undefined, basis: undefined };
  const done = status === 'go on' ? (found?.seconds ?? 0) : 0;
  return { seconds: Math.max(0, whole - done), basis: basisOf(work, speeds) };
}

const basisWords: Readonly<Record<NonNullable<PlannedStep['basis']>, string>> = {
  earlier: 'as before',
  record: 'as on this machine before',
  measured: 'measured',
  scaled: 'scaled from a smaller measurement',
  typical: 'as on other machines',
};

/** A table for people, with the sum. */
export function formatPlan({ steps, load, threads }: Plan): string {
  const cells = steps.map(({ name, kind, status, seconds, basis }) => [
    name,
    kind,
    status === 'depends' ? 'if what it builds on changes' : status,
    status === 'kept'
      ? ''
      : seconds === undefined || basis === undefined
        ? 'no telling'
        : `about ${clock(seconds)} (${basisWords[basis]})`,
  ]);
  const head = ['step', 'does', 'state', 'time'];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const total = steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const unknown = steps.some(({ status, seconds }) => status !== 'kept' && seconds === undefined);
  return [line(head), ...cells.map(line), ...summaryOf(total, unknown, load, threads)].join('\n');
}

function summaryOf(total: number, unknown: boolean, load: Load, threads: number): string[] {
  const rest = unknown ? ', and what there is no telling of' : '';
  const others = total > 0 ? describeLoad(load) : undefined;
  const share = expectedShare(load, threads);
  const now = total / share;
  if (others === undefined) return [`about ${clock(total)} in all${rest}`];
  if (share > 0.95) return [`about ${clock(total)} in all${rest}`, `${others}, which hardly matters here`];
  return [
    `about ${clock(now)} in all${rest}, if the machine stays as busy as it is`,
    `${others}: on an idle machine about ${clock(total)}`,
  ];
}
