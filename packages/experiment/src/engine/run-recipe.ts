/**
 * A recipe from its first step to its last: what is done stays done, what was interrupted goes on, and a step that fails costs only
 * the steps that build on it.
 */
import { appendFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { inLockedFolder, ioError } from '@ftuseg/files';
import { clock } from '@ftuseg/train';
import { threadsOf } from '../estimate/threads.js';
import type { StepRecord } from '../records/step-record.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { CheckedRecipe, RunContext, StepOutcome } from '../step-kind/step-kind.js';
import { refuseAttempts } from '../units/living.js';
import { digestsOf } from './digests.js';
import { fingerprintOf, folderOf, forgetLost, keptRecord } from './kept.js';
import { requirePreflights } from './preflight.js';
import { beginStep, type RunClock, startRunClock } from './run-clock.js';
import { runStep } from './run-step.js';

export interface RunRecipeOptions
  extends Pick<RunContext, 'out' | 'device' | 'threads' | 'signal' | 'note' | 'progress'> {
  /** Folder that may be moved as a whole; the recipe's if unset. */
  readonly root?: string | undefined;
  /** Results stay although the code that made them has changed. */
  readonly trustCode: boolean;
}

export interface RecipeResult {
  /** In the order in which they were looked at. */
  readonly outcomes: readonly StepOutcome[];
}

/**
 * Runs the steps of a recipe that must run, each in its folder, where `step.json` says what came out of it. `log.jsonl` gets a line for
 * every step that was begun, finished, kept or failed.
 *
 * @param recipe or what makes it, which is called when the folder is this process's: it may write there
 * @throws {FtuError} `cancelled`, with everything finished kept; `unavailable` while another process works there; and, after all other
 * steps are done, one error that names the steps that failed
 * @example
 * await runRecipe(await checkRecipe(await readRecipe('recipe.yaml'), out), { out, device: 'cpu', ... });
 */
export async function runRecipe(
  recipe: CheckedRecipe | (() => Promise<CheckedRecipe>),
  options: RunRecipeOptions,
): Promise<RecipeResult> {
  const { out, signal } = options;
  return inLockedFolder(out, { signal }, async (held) => {
    await refuseAttempts(out);
    return runSteps(typeof recipe === 'function' ? await recipe() : recipe, { ...options, signal: held });
  });
}

async function runSteps(checked: CheckedRecipe, options: RunRecipeOptions): Promise<RecipeResult> {
  const { trustCode, ...shared } = options;
  const { out, signal, note } = shared;
  const { file } = checked;
  const records = new Map<string, StepRecord>();
  const outcomes: StepOutcome[] = [];
  const { progress } = shared;
  const digests = digestsOf(shared, {
    signal,
    onRead: (path) => progress(`reading ${basename(path)} to know what it holds`),
  });
  const run: RunContext = { ...shared, root: shared.root ?? file.folder, checked, records, outcomes, digests };
  const failures: { readonly name: string; readonly error: FtuError }[] = [];
  const logFile = join(out, 'log.jsonl');
  const log = async (
    event: string,
    step: string,
    facts: Readonly<Record<string, number | null>> = {},
  ): Promise<void> => {
    const line = JSON.stringify({ time: new Date().toISOString(), event, step, ...facts });
    await appendFile(logFile, `${line}\n`).catch((cause: unknown) => {
      throw ioError(cause, logFile, 'be written');
    });
  };
  let runClock: RunClock | undefined;
  await requirePreflights(checked, run);
  await forgetLost(checked, note);
  for (const [i, name] of checked.order.entries()) {
    const step = file.recipe.steps[name];
    if (step === undefined) continue;
    const kind = kindOf(file, step);
    if (signal?.aborted) throw new FtuError('cancelled', 'the run was interrupted');
    const title = `[${i + 1}/${checked.order.length}] ${name} (${step.do})`;
    const fingerprint = await fingerprintOf(step, run, trustCode);
    if (fingerprint === undefined) {
      const missing = kind.references(step, file.recipe).find((one) => !records.has(one.name))?.name;
      const summary = `"${missing}", which it builds on, is not done`;
      outcomes.push({ name, kind: step.do, status: 'skipped', seconds: null, peakBytes: null, summary });
      note(`${title}: skipped: ${summary}`);
      continue;
    }
    const kept = await keptRecord(kind, folderOf(checked, name), fingerprint);
    if (kept !== undefined) {
      records.set(name, kept);
      outcomes.push({ name, kind: step.do, status: 'kept', ...shown(kept) });
      note(`${title}: kept: ${kept.summary}`);
      await log('kept', name);
      continue;
    }
    note(title);
    const coming = checked.order.slice(i);
    runClock ??= await startRunClock(run, coming, trustCode);
    const expected = await beginStep(runClock, coming, trustCode);
    await log('begun', name, { expected: expected.seconds, threads: threadsOf(run) });
    try {
      const record = await runStep({ name, step, fingerprint, expected, trustCode }, run, runClock);
      records.set(name, record);
      outcomes.push({ name, kind: step.do, status: 'done', ...shown(record) });
      note(`  ${record.summary} (${clock(record.seconds)})`);
      const { seconds, idleSeconds = null, processorSeconds = null } = record;
      await log('done', name, { seconds, idle: idleSeconds, processor: processorSeconds });
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
  warnings,
}: StepRecord): Pick<StepOutcome, 'seconds' | 'peakBytes' | 'summary' | 'warnings'> => ({
  seconds,
  peakBytes,
  summary,
  ...(warnings === undefined ? {} : { warnings }),
});
