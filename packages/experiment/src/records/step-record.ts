/** What is known of a step from its folder: whether it was done, from what, in what time. Nothing else decides what runs again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { type RecordPlace, withAbsolutePaths, withRelativePaths } from './relative-paths.js';

const recordSchema = z.object({
  format: z.literal(1),
  /** Digest of everything that the step's result depends on. */
  fingerprint: z.string(),
  status: z.enum(['begun', 'done', 'failed']),
  /** Of work, interruptions left out. */
  seconds: z.number(),
  peakBytes: z.number().nullable(),
  summary: z.string(),
  /** What a person must read before believing the result. */
  warnings: z.array(z.string()).readonly().optional(),
  /** Of what came out; steps that build on it depend on this. */
  digest: z.string(),
  output: z.unknown(),
  /** What it was expected to take when it began; seconds on an idle machine, null: no telling. */
  expected: z
    .object({
      seconds: z.number().nullable(),
      items: z
        .array(
          z.object({
            unit: z.string(),
            facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
            count: z.number(),
            typical: z.number().optional(),
          }),
        )
        .readonly(),
    })
    .optional(),
  /** What it would have taken without the others on the machine; null: they took too much of it to tell. */
  idleSeconds: z.number().nullable().optional(),
  /** Of the processor, all threads together; of the last run of it, where it was interrupted. */
  processorSeconds: z.number().optional(),
  /** Absolute root of the experiment when this was written: files that the step made may name others by where these lay then. */
  root: z.string().optional(),
  /** Which attempt it is of, where it is one's. */
  attempt: z.string().optional(),
});

export type StepRecord = z.output<typeof recordSchema>;

export const recordFile = 'step.json';

/** The record in a step's folder; undefined where there is none, or one that cannot be read. */
export async function readRecord(folder: string): Promise<StepRecord | undefined> {
  const text = await readFile(join(folder, recordFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return recordSchema.safeParse(withAbsolutePaths(JSON.parse(text), folder)).data;
  } catch {
    return undefined;
  }
}

/** @param place where its paths count from; unset: they stay as they are */
export async function writeRecord(
  folder: string,
  record: Omit<StepRecord, 'format'>,
  place?: RecordPlace,
): Promise<void> {
  await makeFolder(folder);
  const moveable = (value: unknown): unknown => (place === undefined ? value : withRelativePaths(value, place));
  const all = { format: 1, ...record, summary: moveable(record.summary), output: moveable(record.output) };
  await writeFileAtomic(join(folder, recordFile), `${JSON.stringify(all, null, 2)}\n`);
}
