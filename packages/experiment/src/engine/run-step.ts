/** One step from its beginning to its end, with its record written at both and now and then between. */
import { processorSeconds } from '../estimate/clocks.js';
import { idleShare } from '../estimate/load.js';
import { threadsOf } from '../estimate/threads.js';
import { writeResultFiles } from '../records/result-files.js';
import { readRecord, type StepRecord, writeRecord } from '../records/step-record.js';
import { kindOf } from '../step-kind/kind-of.js';
import type { BaseStep } from '../step-kind/recipe.js';
import type { RunContext } from '../step-kind/step-kind.js';
import { publishedParts } from '../units/published-parts.js';
import { DISTURBED, type Expectation } from './forecast.js';
import { folderOf, placeOf } from './kept.js';
import { startMeter } from './meter.js';
import { leftOf, type RunClock } from './run-clock.js';

/** Milliseconds between two notes of how long a step has worked, so that a killed one's time is known. */
const HEARTBEAT = 5000;

/** The same work, interrupted: its time counts, and its files are gone on with. */
const sameWork = (record: StepRecord | undefined, fingerprint: string): StepRecord | undefined =>
  record !== undefined && record.status !== 'done' && record.fingerprint === fingerprint ? record : undefined;

/** A step whose turn has come. */
export interface DueStep {
  /** See `RunRecipeOptions`. */
  readonly trustCode: boolean;
  readonly name: string;
  readonly step: BaseStep;
  readonly fingerprint: string;
  readonly expected: Expectation;
}

/** @throws {FtuError} what the step throws, after a note of it in its record */
export async function runStep(
  { name, step, fingerprint, expected, trustCode }: DueStep,
  run: RunContext,
  { forecast, speeds }: RunClock,
): Promise<StepRecord> {
  const folder = folderOf(run.checked, name);
  const kind = kindOf(run.checked.file, step);
  const parts = await publishedParts({ name, step, kind, fingerprint }, run, trustCode);
  const earlier = sameWork(await readRecord(folder), fingerprint);
  const processor = processorSeconds();
  const meter = startMeter(earlier ?? { seconds: 0, peakBytes: null });
  const record = (status: StepRecord['status'], rest: Pick<StepRecord, 'summary' | 'digest' | 'output'>) => ({
    fingerprint,
    status,
    seconds: meter.seconds(),
    peakBytes: meter.peakBytes(),
    expected,
    root: run.root,
    ...rest,
  });
  const begun = () => record('begun', { summary: '', digest: '', output: null });
  const write = (one: ReturnType<typeof record>): Promise<void> => writeRecord(folder, one, placeOf(run, folder));
  let writing = write(begun());
  await writing;
  const heartbeat = setInterval(() => {
    // A beat that cannot be written is no reason to stop the work; the end of it will say what is wrong.
    writing = writing.then(() => write(begun())).catch(() => undefined);
    if (forecast.learn()) void speeds.save();
  }, HEARTBEAT);
  heartbeat.unref();
  try {
    const context = {
      ...run,
      name,
      step,
      folder,
      final: folder,
      begun: earlier !== undefined,
      gathered: parts.folders.size > 0,
      share: forecast.share,
      spent: forecast.spent,
      progress: (text: string) => run.progress(`${text}${leftOf(forecast)}`),
    };
    if (context.gathered) await kind.units?.gather(context, parts.folders);
    const { output, digest, summary, warnings = [] } = await kind.run(context);
    clearInterval(heartbeat);
    await writing;
    await writeResultFiles(folder, (await kind.files(output)) ?? []);
    const load = forecast.end(earlier === undefined);
    const idle = load === undefined ? 1 : idleShare(load, threadsOf(run));
    const idleSeconds = idle < DISTURBED ? null : meter.seconds() * idle;
    const done = {
      ...record('done', {
        summary: [summary, ...warnings.map((text) => `warning: ${text}`)].join('; '),
        digest,
        output,
      }),
      ...(warnings.length === 0 ? {} : { warnings }),
      idleSeconds,
      processorSeconds: processorSeconds() - processor,
    };
    await write(done);
    return { format: 1, ...done };
  } catch (error) {
    clearInterval(heartbeat);
    await writing;
    const summary = error instanceof Error ? error.message : String(error);
    await write(record('failed', { summary, digest: '', output: null })).catch(() => undefined);
    throw error;
  } finally {
    forecast.end(false);
    await speeds.save();
    meter.stop();
  }
}
