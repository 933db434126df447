/** A line of `history.jsonl`: one epoch. Curves and event files are made from these, so that a resumed run has them whole. */
import { readFile } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { z } from 'zod';

export const historyRecordSchema = z.object({
  epoch: z.int(),
  epochs: z.int(),
  step: z.int(),
  steps: z.int(),
  /** Means over the epoch's batches; `dice` is the soft Dice. */
  loss: z.number(),
  dice: z.number(),
  learningRate: z.number(),
  imagesPerSecond: z.number(),
  /** Since the run began, interruptions left out. */
  seconds: z.number(),
  /** Unix time. */
  time: z.number(),
  /** Whether this epoch is the best so far and was kept. */
  best: z.boolean(),
  /** Of the stitched validation slides; absent where the epoch was not validated. */
  validationDice: z.number().optional(),
  validationLoss: z.number().optional(),
  validationAccuracy: z.number().optional(),
  threshold: z.number().optional(),
  /** Places that hard negatives are drawn from after this epoch, and the sum of their false probabilities; absent where none are looked for. */
  hardNegatives: z.object({ places: z.int(), mass: z.number() }).readonly().optional(),
  slides: z
    .array(z.object({ id: z.string(), dice: z.number() }))
    .readonly()
    .optional(),
});

export type HistoryRecord = z.output<typeof historyRecordSchema>;

/** The records of a history up to an epoch; a line that a crash cut off is the last and is left out. */
export async function readHistory(path: string, lastEpoch = Number.POSITIVE_INFINITY): Promise<HistoryRecord[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw ioError(error, path, 'be read');
  });
  const lines = text.split('\n').slice(0, -1);
  const records = lines.map((line, i) => {
    try {
      return historyRecordSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new FtuError('bad-input', `line ${i + 1} is not an epoch of a run`, { subject: path, cause });
    }
  });
  return records.filter(({ epoch }) => epoch <= lastEpoch);
}
