/** What folds and runs leave in `metrics.json`. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean } from '@ftuseg/core';
import { runFiles } from '@ftuseg/folders';
import { z } from 'zod';
import { type ValidationResult, validationResultSchema } from '../validate/validation-result.js';

export const foldResultSchema = z.object({
  /** Null where the validation slides were not chosen by fold. */
  fold: z.int().nullable(),
  /** The epoch that was kept, from 1; 0: none. */
  bestEpoch: z.int(),
  epochs: z.int(),
  steps: z.int(),
  /** Of the kept epoch; null where there were no validation slides. */
  validation: validationResultSchema.nullable(),
  /** By what slides were kept together, and what stands on both sides nonetheless; absent from runs of earlier versions. */
  grouping: z
    .object({ column: z.string().nullable(), groups: z.int(), bothSides: z.string().nullable() })
    .readonly()
    .optional(),
  /** Time spent on the fold, interruptions left out. */
  seconds: z.number(),
  /** Of the steps, loading and augmentation included, validation excluded. */
  imagesPerSecond: z.number(),
  seed: z.number(),
  /** Of a training in several processes, and of one that was in another number of them before. */
  processes: z.int().optional(),
  localBatchNorm: z.boolean().optional(),
  worlds: z.array(z.object({ processes: z.int(), localBatchNorm: z.boolean(), untilStep: z.int() })).optional(),
});

export type FoldResult = z.output<typeof foldResultSchema>;

/** Scores over the validation slides of all folds, each predicted by the network that did not see it. */
export interface OutOfFold {
  readonly meanDice: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly slides: ValidationResult['slides'];
}

/** The result of a finished fold, or undefined where there is none. */
export async function readFoldResult(folder: string): Promise<FoldResult | undefined> {
  const text = await readFile(join(folder, runFiles.metrics), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return foldResultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Brings folds together; undefined where one of them was not validated. A slide that is in several folds counts once per fold; scored by
 * batches, folds have no slides and count alike.
 */
export function outOfFold(folds: readonly FoldResult[]): OutOfFold | undefined {
  const validations = folds.flatMap(({ validation }) => validation ?? []);
  if (validations.length === 0 || validations.length < folds.length) return undefined;
  const slides = validations.flatMap((validation) => validation.slides);
  const scores = slides.length === 0 ? validations.map(({ meanDice }) => meanDice) : slides.map(({ dice }) => dice);
  return {
    meanDice: mean(scores),
    loss: mean(validations.map(({ loss }) => loss)),
    accuracy: mean(validations.map(({ accuracy }) => accuracy)),
    slides,
  };
}
