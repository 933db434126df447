/** Which steps of a recipe are done, as the records on the disk say it. Nothing else is asked: no engine, no queue, no earlier list. */
import { basename } from 'node:path';
import { digestsOf } from '../engine/digests.js';
import { fingerprintOf, folderOf, keptRecord } from '../engine/kept.js';
import { digestOf } from '../records/digest.js';
import { readRecord, type StepRecord } from '../records/step-record.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { BaseStep } from '../step-kind/recipe.js';
import type { CheckedRecipe, RunContext, StepKind, StepOutcome } from '../step-kind/step-kind.js';

export interface UnitOptions
  extends Pick<RunContext, 'out' | 'root' | 'device' | 'threads' | 'signal' | 'note' | 'progress'> {
  /** Results stay although the code that made them has changed. */
  readonly trustCode: boolean;
  /** So often a unit may fail for good before it is set aside; 3 if unset. */
  readonly tries?: number | undefined;
  /** Slides that nobody has read yet are not read here, which takes hours for thousands: their units count as not done, and read them themselves. */
  readonly knownOnly?: boolean | undefined;
}

export interface KnownStep {
  readonly name: string;
  readonly step: BaseStep;
  readonly kind: StepKind;
  /** Steps that must be done before it; for a step that is done after failures too, all before it. */
  readonly before: readonly string[];
  /** Undefined: a step before it is not done, or nobody asked. */
  readonly fingerprint: string | undefined;
  /** Undefined: it is not done. */
  readonly record: StepRecord | undefined;
}

export interface KnownRecipe {
  /** In their order. */
  readonly steps: ReadonlyMap<string, KnownStep>;
  /** With the records of the steps that are done. */
  readonly context: RunContext;
}

/** A step with all that it builds on, and what those build on. */
export function withAncestors({ file, order }: CheckedRecipe, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    const step = file.recipe.steps[one];
    if (step === undefined || found.has(one)) return;
    found.add(one);
    const kind = kindOf(file, step);
    const before = kind.afterFailures ? order.slice(0, order.indexOf(one)) : [];
    for (const other of [...before, ...kind.references(step, file.recipe).map((reference) => reference.name)])
      visit(other);
  };
  visit(name);
  return found;
}

const outcomeOf = (name: string, kind: string, record: StepRecord | undefined): StepOutcome =>
  record === undefined
    ? { name, kind, status: 'skipped', seconds: null, peakBytes: null, summary: 'it is not done' }
    : { name, kind, status: 'kept', seconds: record.seconds, peakBytes: record.peakBytes, summary: record.summary };

export interface StatesOf {
  /** A step; it and those that it builds on are looked at. */
  readonly step: string;
  /** Only a part of it is asked about: while nobody has gathered the step, it cannot be done, and its other slides are not looked at. */
  readonly part: boolean;
}

/** @param of unset: all steps */
export async function stepStates(checked: CheckedRecipe, options: UnitOptions, of?: StatesOf): Promise<KnownRecipe> {
  const { trustCode, knownOnly, tries: _, ...shared } = options;
  const { file, order } = checked;
  const records = new Map<string, StepRecord>();
  const outcomes: StepOutcome[] = [];
  const steps = new Map<string, KnownStep>();
  const onRead = (path: string): void => shared.progress(`reading ${basename(path)} to know what it holds`);
  const digests = digestsOf(shared, { signal: shared.signal, onRead, knownOnly });
  const context: RunContext = { ...shared, checked, records, outcomes, digests };
  const wanted = of === undefined ? undefined : withAncestors(checked, of.step);
  for (const name of order) {
    const step = file.recipe.steps[name];
    if (step === undefined || wanted?.has(name) === false) continue;
    const kind = kindOf(file, step);
    const references = kind.references(step, file.recipe).map((one) => one.name);
    const before = kind.afterFailures ? order.slice(0, order.indexOf(name)) : [...new Set(references)];
    const isOpen = of?.part === true && of.step === name && (await readRecord(folderOf(checked, name))) === undefined;
    const fingerprint = isOpen ? undefined : await fingerprintOf(step, context, trustCode);
    const record = fingerprint === undefined ? undefined : await keptRecord(kind, folderOf(checked, name), fingerprint);
    if (record !== undefined) records.set(name, record);
    outcomes.push(outcomeOf(name, step.do, record));
    steps.set(name, { name, step, kind, before, fingerprint, record });
  }
  return { steps, context };
}

/** Digest of everything that the result of a unit depends on; undefined where a step before it is not done. */
export async function unitFingerprint(
  { step, kind, fingerprint }: Pick<KnownStep, 'step' | 'kind' | 'fingerprint'>,
  context: RunContext,
  part: string | undefined,
  trustCode: boolean,
): Promise<string | undefined> {
  const { units } = kind;
  if (part === undefined || units === undefined) return fingerprint;
  const { file } = context.checked;
  const before = kind.references(step, file.recipe).map(({ name }) => context.records.get(name)?.digest);
  if (!kind.afterFailures && before.includes(undefined)) return undefined;
  const { out: _, ...settings } = step;
  const code = trustCode ? null : await kind.code(file.kinds);
  return digestOf([settings, before, code, part, await units.inputs(step, context, part)]);
}
