/** What an evaluate step leaves: its scores as JSON, and pictures. */
import { readFile } from 'node:fs/promises';
import { parseJson } from '@ftuseg/core';
import type { Evaluation } from '@ftuseg/infer';
import { z } from 'zod';

export const evaluateOutputSchema = z.object({
  /** JSON of an `Evaluation`. */
  evaluation: z.string(),
  /** Digest of the predictions that were scored; absent in records of older versions. */
  scored: z.string().optional(),
  pictures: z.string(),
  meanDice: z.number(),
  slides: z.int(),
  /** Slides whose pictures some model was trained on, with predicted labels. */
  picturesSeen: z.array(z.string()),
});

export type EvaluateOutput = z.output<typeof evaluateOutputSchema>;

/** The evaluation that a step left. */
export async function readEvaluation(path: string): Promise<Evaluation> {
  return parseJson(await readFile(path, 'utf8'), 'the evaluation', {
    subject: path,
    hint: 'delete it to evaluate again',
  }) as Evaluation;
}
