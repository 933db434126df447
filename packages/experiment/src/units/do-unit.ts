/** The work of a unit in the folder of an attempt, to the moment at which it is published. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type Attempt, earlierAttempts, publish } from '@ftuseg/files';
import { folderOf, placeOf } from '../engine/kept.js';
import { startMeter } from '../engine/meter.js';
import { changedCodeWarnings } from '../records/code-digest.js';
import { writeResultFiles } from '../records/result-files.js';
import { readRecord, writeRecord } from '../records/step-record.js';
import type { RunContext, StepContext } from '../step-kind/step-kind.js';
import { publishStep } from './publish-step.js';
import { publisherOf, readPublished, writeList } from './published.js';
import { publishedParts } from './published-parts.js';
import type { KnownStep } from './step-states.js';
import { publishedIn } from './unit.js';

/** What became of a unit that was worked on. `kept`: another attempt was first. */
export interface WorkedUnit {
  readonly status: 'done' | 'kept';
  readonly summary: string;
  /** What a person must read before believing the result. */
  readonly warnings: readonly string[];
}

/** What a unit of a step works with. */
export interface Job {
  readonly known: KnownStep;
  /** Undefined: it gathers the step. */
  readonly part: string | undefined;
  readonly id: string;
  readonly context: RunContext;
  readonly fingerprint: string;
  readonly place: string;
}

const stepContext = ({ known, context }: Job, attempt: Attempt, begun: boolean, gathered: boolean): StepContext => ({
  ...context,
  // Answers of networks are appended to files there, which two processes must not share.
  out: attempt.scratch,
  signal: context.signal === undefined ? attempt.lost : AbortSignal.any([context.signal, attempt.lost]),
  name: known.name,
  step: known.step,
  folder: attempt.result,
  final: folderOf(context.checked, known.name),
  begun,
  gathered,
  share: () => undefined,
  spent: () => undefined,
});

export async function doPart(job: Job, attempt: Attempt): Promise<WorkedUnit> {
  const { known, part = '', id, context, place, fingerprint } = job;
  const { units } = known.kind;
  if (units === undefined) throw new RangeError(`step ${known.name} has no parts`);
  for (const other of (await earlierAttempts(place)).reverse()) {
    if (other.name === attempt.name || !other.begunHere) continue;
    if (!(await units.takeOver(other.result, attempt.result, part))) continue;
    context.note(`${id}: goes on from what ${other.name} has`);
    break;
  }
  const meter = startMeter({ seconds: 0, peakBytes: null });
  try {
    await units.run(stepContext(job, attempt, true, false), part);
    await writeList(attempt.result, { unit: id, fingerprint, attempt: attempt.name, seconds: meter.seconds() });
  } finally {
    meter.stop();
  }
  const target = publishedIn(place);
  const warnings = await changedCodeWarnings();
  if (await publish(attempt, target, publisherOf)) return { status: 'done', summary: 'published', warnings };
  if ((await readPublished(place, fingerprint)) !== undefined) return keptUnit;
  throw new FtuError('unavailable', 'another attempt published a result that is not whole', {
    subject: target,
    hint: 'run the command again: it is removed then',
  });
}

export async function doStep(job: Job, attempt: Attempt, begun: boolean, trustCode: boolean): Promise<WorkedUnit> {
  const { known, context, fingerprint } = job;
  const { kind, name } = known;
  const { folders, seconds } = await publishedParts(known, context, trustCode);
  const gathered = kind.units !== undefined;
  const meter = startMeter({ seconds, peakBytes: null });
  try {
    const own = stepContext(job, attempt, begun, gathered);
    await kind.units?.gather(own, folders);
    const { output, digest, summary, warnings = [] } = await kind.run(own);
    const final = folderOf(context.checked, name);
    const record = {
      fingerprint,
      status: 'done' as const,
      seconds: meter.seconds(),
      peakBytes: meter.peakBytes(),
      summary: [summary, ...warnings.map((text) => `warning: ${text}`)].join('; '),
      ...(warnings.length === 0 ? {} : { warnings }),
      digest,
      output,
      root: context.root,
      attempt: attempt.name,
    };
    await writeResultFiles(attempt.result, (await kind.files(output)) ?? []);
    await writeRecord(attempt.result, record, placeOf(context, attempt.result, final));
    if (!(await publishStep(attempt, { out: context.out, folder: final, fingerprint }))) return keptUnit;
    const line = { time: new Date().toISOString(), event: 'done', step: name, seconds: record.seconds };
    await appendFile(join(context.out, 'log.jsonl'), `${JSON.stringify(line)}\n`);
    return { status: 'done', summary: (await readRecord(final))?.summary ?? summary, warnings };
  } finally {
    meter.stop();
  }
}

export const keptUnit: WorkedUnit = { status: 'kept', summary: 'published before', warnings: [] };
