/**
 * A recipe from its first step to its last: what is done stays done, what was interrupted goes on, and a step that fails costs only
 * the steps that build on it.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder } from '@ftuseg/slide';
import { clock } from '@ftuseg/train';
import { type EstimateContext, threadsOf } from '../estimate/context.js';
import { idleShare, startLoadMeter } from '../estimate/load.js';
import { isBusy, listen, openSpeeds } from '../estimate/open-speeds.js';
import type { Speeds } from '../estimate/speeds.js';
import { createSurvey } from '../estimate/survey.js';
import type { CheckedRecipe } from '../recipe/check-recipe.js';
import { referencesOf } from '../recipe/references.js';
import type { Step, StepKind } from '../recipe/schema.js';
import { handlerOf } from '../steps/handlers.js';
import { codeDigest, digestOf } from './digest.js';
import { exists } from './exists.js';
import { createForecast, type Expectation, type Forecast } from './forecast.js';
import { lockFolder } from './lock.js';
import { startMeter } from './meter.js';
import type { StepHandler, StepOutcome, Workshop } from './step.js';
import { readRecord, type StepRecord, writeRecord } from './step-record.js';
import { worksOf } from './works.js';

export interface RunRecipeOptions
  extends Pick<Workshop, 'out' | 'device' | 'threads' | 'signal' | 'note' | 'progress'> {
  /** Results stay although the code that made them has changed. */
  readonly trustCode: boolean;
}

export interface RecipeResult {
  /** In the order in which they were looked at. */
  readonly outcomes: readonly StepOutcome[];
}

/** Milliseconds between two notes of how long a step has worked, so that a killed one's time is known. */
const HEARTBEAT = 5000;

export type Handler = StepHandler<StepKind>;

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

/** The same work, interrupted: its time counts, and its files are gone on with. */
const sameWork = (record: StepRecord | undefined, fingerprint: string): StepRecord | undefined =>
  record !== undefined && record.status !== 'done' && record.fingerprint === fingerprint ? record : undefined;

async function runStep(
  name: string,
  step: Step,
  fingerprint: string,
  workshop: Workshop,
  { forecast, speeds, expected }: Timing,
): Promise<StepRecord> {
  const handler = handlerOf(step.do);
  const folder = folderOf(workshop.checked, name);
  const earlier = sameWork(await readRecord(folder), fingerprint);
  const meter = startMeter(earlier ?? { seconds: 0, peakBytes: null });
  const record = (status: StepRecord['status'], rest: Pick<StepRecord, 'summary' | 'digest' | 'output'>) => ({
    ...{ fingerprint, status, seconds: meter.seconds(), peakBytes: meter.peakBytes(), expected, ...rest },
  });
  const begun = () => record('begun', { summary: '', digest: '', output: null });
  let writing = writeRecord(folder, begun());
  await writing;
  const heartbeat = setInterval(() => {
    // A beat that cannot be written is no reason to stop the work; the end of it will say what is wrong.
    writing = writing.then(() => writeRecord(folder, begun())).catch(() => undefined);
    if (forecast.learn()) void speeds.save();
  }, HEARTBEAT);
  heartbeat.unref();
  try {
    const context = {
      ...{ ...workshop, name, step, folder, begun: earlier !== undefined },
      ...{ share: forecast.share, spent: forecast.spent },
      progress: (text: string) => workshop.progress(`${text}${leftOf(forecast)}`),
    };
    const { output, digest, summary } = await handler.run(context as never);
    clearInterval(heartbeat);
    await writing;
    const load = forecast.end(earlier === undefined);
    const idle = load === undefined ? 1 : idleShare(load, threadsOf(workshop));
    const done = { ...record('done', { summary, digest, output }), idleSeconds: meter.seconds() * idle };
    await writeRecord(folder, done);
    return { format: 1, ...done };
  } catch (error) {
    clearInterval(heartbeat);
    await writing;
    const summary = error instanceof Error ? error.message : String(error);
    await writeRecord(folder, record('failed', { summary, digest: '', output: null })).catch(() => undefined);
    throw error;
  } finally {
    forecast.end(false);
    await speeds.save();
    meter.stop();
  }
}

/** What the engine knows of a run's time. */
interface Timing {
  readonly forecast: Forecast;
  readonly speeds: Speeds;
  readonly expected: Expectation;
}

/** The end of a progress line. */
function leftOf(forecast: Forecast): string {
  const seconds = forecast.secondsLeft();
  return seconds === undefined ? '' : `  (the run: ${clock(seconds)} left${forecast.open() ? ' and more' : ''})`;
}

interface RunClock {
  readonly forecast: Forecast;
  readonly speeds: Speeds;
  readonly context: EstimateContext;
}

/** Looks at everything that is to be done, once something is. */
async function startClock(workshop: Workshop, names: readonly string[]): Promise<RunClock> {
  const threads = threadsOf(workshop);
  const busy = isBusy(await listen(), threads);
  const context = { ...workshop, survey: createSurvey(busy) };
  const works = (await worksOf(names, context)).flatMap(({ work }) => work ?? []);
  const speeds = await openSpeeds(works, threads, busy);
  const now = (): number => performance.now() / 1000;
  return { forecast: createForecast({ speeds, threads, watch: startLoadMeter, now }), speeds, context };
}

function folderOf({ folders }: CheckedRecipe, name: string): string {
  const folder = folders.get(name);
  if (folder === undefined) throw new RangeError(`no folder of step ${name}`);
  return folder;
}

/**
 * Runs the steps of a recipe that must run, each in its folder, where `step.json` says what came out of it. `log.jsonl` gets a line for
 * every step that was begun, finished, kept or failed.
 *
 * @throws {FtuError} `cancelled`, with everything finished kept; `unavailable` while another process works there; and, after all other
 * steps are done, one error that names the steps that failed
 * @example
 * await runRecipe(await checkRecipe(await readRecipe('recipe.yaml'), out), { out, device: 'cpu', ... });
 */
export async function runRecipe(checked: CheckedRecipe, options: RunRecipeOptions): Promise<RecipeResult> {
  const { trustCode, ...shared } = options;
  const { out, signal, note } = shared;
  await makeFolder(out);
  const unlock = await lockFolder(out);
  const records = new Map<string, StepRecord>();
  const outcomes: StepOutcome[] = [];
  const workshop: Workshop = { ...shared, checked, records, outcomes };
  const failures: { readonly name: string; readonly error: FtuError }[] = [];
  const log = (event: string, step: string, facts: Readonly<Record<string, number | null>> = {}): Promise<void> =>
    appendFile(
      join(out, 'log.jsonl'),
      `${JSON.stringify({ time: new Date().toISOString(), event, step, ...facts })}\n`,
    );
  let clockOfRun: Promise<RunClock> | undefined;
  try {
    for (const [i, name] of checked.order.entries()) {
      const step = checked.file.recipe.steps[name];
      if (step === undefined) continue;
      if (signal?.aborted) throw new FtuError('cancelled', 'the run was interrupted');
      const title = `[${i + 1}/${checked.order.length}] ${name} (${step.do})`;
      const fingerprint = await fingerprintOf(step, workshop, trustCode);
      if (fingerprint === undefined) {
        const missing = referencesOf(step, checked.file.recipe).find((one) => !records.has(one.name))?.name;
        const summary = `"${missing}", which it builds on, is not done`;
        outcomes.push({ name, kind: step.do, status: 'skipped', seconds: null, peakBytes: null, summary });
        note(`${title}: skipped: ${summary}`);
        continue;
      }
      const kept = await keptRecord(handlerOf(step.do), folderOf(checked, name), fingerprint);
      if (kept !== undefined) {
        records.set(name, kept);
        outcomes.push({ name, kind: step.do, status: 'kept', ...shown(kept) });
        note(`${title}: kept: ${kept.summary}`);
        await log('kept', name);
        continue;
      }
      note(title);
      const coming = checked.order.slice(i);
      clockOfRun ??= startClock(workshop, coming);
      const { forecast, speeds, context } = await clockOfRun;
      const works = await worksOf(coming, context);
      forecast.expect(works);
      const expected = forecast.begin({ name, work: works[0]?.work });
      await log('begun', name, { expected: expected.seconds });
      try {
        const record = await runStep(name, step, fingerprint, workshop, { forecast, speeds, expected });
        records.set(name, record);
        outcomes.push({ name, kind: step.do, status: 'done', ...shown(record) });
        note(`  ${record.summary} (${clock(record.seconds)})`);
        await log('done', name, { seconds: record.seconds, idle: record.idleSeconds ?? record.seconds });
      } catch (error) {
        if (!(error instanceof FtuError)) throw new Error(`step "${name}": ${String(error)}`, { cause: error });
        if (error.code === 'cancelled') {
          throw new FtuError('cancelled', `the run was interrupted in step "${name}"`, {
            hint: 'the same command goes on from here',
            cause: error,
          });
        }
        failures.push({ name, error });
        outcomes.push({
          name,
          kind: step.do,
          status: 'failed',
          seconds: null,
          peakBytes: null,
          summary: error.message,
        });
        note(`  failed: ${error.message}`);
        await log('failed', name);
      }
    }
  } finally {
    await unlock();
  }
  const [first] = failures;
  if (first === undefined) return { outcomes };
  const names = failures.map(({ name }) => `"${name}"`).join(', ');
  const what = failures.length === 1 ? `step ${names} failed` : `steps ${names} failed, the first`;
  throw new FtuError(first.error.code, `${what}: ${first.error.message}`, {
    hint: 'the other steps are kept; the same command goes on from here',
    cause: first.error,
  });
}

const shown = ({
  seconds,
  peakBytes,
  summary,
}: StepRecord): Pick<StepOutcome, 'seconds' | 'peakBytes' | 'summary'> => ({
  seconds,
  peakBytes,
  summary,
});
