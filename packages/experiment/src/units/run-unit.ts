/**
 * One unit in this process: from what other attempts left to a result that is published once, whoever else is at the same work. What is done, the disk says, and
 * never what an engine believes.
 */
import { FtuError, listNames } from '@ftuseg/core';
import { type Attempt, beginAttempt, claimAttempt, removeAttempts } from '@ftuseg/files';
import { kindOf } from '../step-kind/kind-of.js';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { doPart, doStep, type Job, keptUnit, type WorkedUnit } from './do-unit.js';
import { type FoundUnit, findUnit, stepOfUnit } from './find-unit.js';
import { listUnits, partsOf, whySetAside } from './list-units.js';
import { isRunAtWork } from './living.js';
import { readPublished, removeWhole } from './published.js';
import { type KnownRecipe, stepStates, type UnitOptions, unitFingerprint } from './step-states.js';
import { publishedIn, unitId, unitPlace } from './unit.js';

/**
 * `done`: published by this process. `kept`: somebody had published it, before or meanwhile. `later`: not now, for what it waits for or because it was stopped; the
 * same command goes on.
 */
export interface UnitOutcome extends Omit<WorkedUnit, 'status'> {
  readonly id: string;
  readonly status: 'done' | 'kept' | 'later';
}

export interface RunUnitOptions extends UnitOptions {
  /** A failure means `later` until the unit has failed so often that it is set aside; one that is set aside is refused. */
  readonly untilSetAside?: boolean | undefined;
}

const later = (id: string, summary: string): UnitOutcome => ({ id, status: 'later', summary, warnings: [] });

/** The units that are still to be done before this one. */
async function missingBefore(
  { known, part }: FoundUnit,
  { context }: KnownRecipe,
  trustCode: boolean,
): Promise<string[]> {
  const undone = known.before.filter((name) => !context.records.has(name));
  if (undone.length > 0 && !known.kind.afterFailures) return undone.map((name) => unitId(name, undefined));
  if (part !== undefined) return [];
  const missing: string[] = [];
  for (const one of partsOf(known, context)) {
    const id = unitId(known.name, one);
    const fingerprint = await unitFingerprint(known, context, one, trustCode);
    const place = fingerprint === undefined ? undefined : unitPlace(context.out, id, fingerprint);
    const isThere = place !== undefined && (await readPublished(place, fingerprint ?? '')) !== undefined;
    if (!isThere) missing.push(id);
  }
  return missing;
}

const setAside = (id: string, problem: string | undefined): FtuError =>
  new FtuError('unavailable', `it is set aside: ${problem}`, {
    subject: id,
    hint: 'mend what is wrong; `ftu unit` with `--clean` then forgets failures',
  });

/** Whether a unit can run now. @throws {FtuError} `unavailable` where something that it needs is set aside */
async function isReady(id: string, checked: CheckedRecipe, options: UnitOptions): Promise<boolean> {
  const unit = (await listUnits(checked, options)).find((one) => one.id === id);
  if (unit?.state !== 'set aside') return unit?.state === 'ready';
  throw setAside(id, unit.problem);
}

/** Cleans up after the parts of a step that is done; what lives is left alone. */
async function removePartAttempts(job: Job, trustCode: boolean): Promise<void> {
  const { known, context } = job;
  for (const part of partsOf(known, context)) {
    const fingerprint = await unitFingerprint(known, context, part, trustCode);
    if (fingerprint !== undefined) await removeAttempts(unitPlace(context.out, unitId(known.name, part), fingerprint));
  }
  await removeAttempts(job.place);
}

const isPublished = async ({ place, part, fingerprint }: Job): Promise<boolean> =>
  part !== undefined && (await readPublished(place, fingerprint)) !== undefined;

async function isKept(job: Job, checked: CheckedRecipe, options: UnitOptions): Promise<boolean> {
  if (job.part !== undefined) return isPublished(job);
  return (
    (await stepStates(checked, options, { step: job.known.name, part: false })).steps.get(job.known.name)?.record !==
    undefined
  );
}

/** Works, and sees to it that nothing but a failure for good counts as one. */
async function attemptAt(
  job: Job,
  attempt: Attempt,
  begun: boolean,
  checked: CheckedRecipe,
  options: RunUnitOptions,
): Promise<UnitOutcome> {
  const { id, part, known } = job;
  try {
    if (await isRunAtWork(job.context.out)) {
      await attempt.end();
      return later(id, '`ftu run` is at work in this folder; units wait until it has ended');
    }
    const preflight = kindOf(checked.file, known.step).preflight;
    await preflight?.require(checked, job.context);
    const worked = part === undefined ? doStep(job, attempt, begun, options.trustCode) : doPart(job, attempt);
    const result = await worked;
    await attempt.end();
    await removeWhole(attempt.folder);
    if (part === undefined) await removePartAttempts(job, options.trustCode);
    return { id, ...result };
  } catch (error) {
    const isLost = attempt.lost.aborted || !(await attempt.isOwn());
    const isStopped = error instanceof FtuError && error.code === 'cancelled';
    const stops = isLost || isStopped || options.signal?.aborted === true;
    await attempt.end(stops ? undefined : error instanceof Error ? error.message : String(error));
    if (await isKept(job, checked, { ...options, signal: undefined })) return { id, ...keptUnit };
    if (!stops) {
      if (options.untilSetAside !== true || (await whySetAside(job.place, options.tries)) !== undefined) throw error;
      return later(id, `it failed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (isLost) return later(id, 'its folder was taken away');
    if (options.signal?.aborted === true) return later(id, 'stopped; the same command goes on from what is finished');
    return later(id, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Runs a unit of a recipe, from the beginning or from what earlier attempts left. Any number of processes on any number of hosts may do so at one time, for the same unit
 * too: one result is published.
 *
 * @throws {FtuError} `bad-input` for a unit that the recipe does not have; what the unit's work throws, which then counts as a failure for good
 * @example
 * const { status } = await runUnit(checked, 'stage-1/fold/2', options);
 */
export async function runUnit(checked: CheckedRecipe, id: string, options: RunUnitOptions): Promise<UnitOutcome> {
  const { out } = options;
  const { untilSetAside: _, ...shared } = options;
  const recipe = await stepStates(checked, shared, stepOfUnit(checked, id));
  const found = findUnit(recipe, id);
  const { known, part } = found;
  if (known.record !== undefined) return { id, ...keptUnit };
  const missing = await missingBefore(found, recipe, options.trustCode);
  const fingerprint = await unitFingerprint(known, recipe.context, part, options.trustCode);
  if (missing.length > 0 || fingerprint === undefined || known.kind.afterFailures) {
    const isFree = await isReady(id, checked, options);
    if (!isFree || fingerprint === undefined)
      return later(id, `it waits for ${missing.length === 0 ? 'what can still be done' : listNames(missing, 1)}`);
  }
  const place = unitPlace(out, id, fingerprint);
  const job: Job = { known, part, id, context: recipe.context, fingerprint, place };
  if (part !== undefined) {
    if (await isPublished(job)) return { id, ...keptUnit };
    // Files of it are missing: whoever published it cannot mend that.
    if (await removeWhole(publishedIn(place))) options.note(`${id}: files of its result are missing; it is made again`);
  }
  const problem = options.untilSetAside === true ? await whySetAside(place, options.tries) : undefined;
  if (problem !== undefined) throw setAside(id, problem);
  const claimed = part === undefined ? await claimAttempt(place) : undefined;
  const attempt = claimed ?? (await beginAttempt(place));
  return attemptAt(job, attempt, claimed !== undefined, checked, options);
}
