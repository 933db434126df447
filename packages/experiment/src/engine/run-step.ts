/** One step from its beginning to its end, with its record written at both and now and then between. */
import { processorSeconds } from '../estimate/clocks.js';
import { idleShare } from '../estimate/load.js';
import type { Step } from '../recipe/schema.js';
import { handlerOf } from '../steps/registry.js';
import { threadsOf } from '../steps/shared/estimate-context.js';
import type { Workshop } from '../steps/step-kind.js';
import { DISTURBED, type Expectation } from './forecast.js';
import { folderOf } from './kept.js';
import { startMeter } from './meter.js';
import { leftOf, type RunClock } from './run-clock.js';
import { readRecord, type StepRecord, writeRecord } from './step-record.js';

/** Milliseconds between two notes of how long a step has worked, so that a killed one's time is known. */
const HEARTBEAT = 5000;

/** The same work, interrupted: its time counts, and its files are gone on with. */
const sameWork = (record: StepRecord | undefined, fingerprint: string): StepRecord | undefined =>
  record !== undefined && record.status !== 'done' && record.fingerprint === fingerprint ? record : undefined;

/** @throws {FtuError} what the step throws, after a note of it in its record */
export async function runStep(
  name: string,
  step: Step,
  fingerprint: string,
  workshop: Workshop,
  { forecast, speeds }: RunClock,
  expected: Expectation,
): Promise<StepRecord> {
  const handler = handlerOf(step.do);
  const folder = folderOf(workshop.checked, name);
  const earlier = sameWork(await readRecord(folder), fingerprint);
  const processor = processorSeconds();
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
    const { output, digest, summary, warnings = [] } = await handler.run(context as never);
    clearInterval(heartbeat);
    await writing;
    const load = forecast.end(earlier === undefined);
    const idle = load === undefined ? 1 : idleShare(load, threadsOf(workshop));
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
