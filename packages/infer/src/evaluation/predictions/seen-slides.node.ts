/** Whether slides that are scored trained the models that predicted them: such a score says nothing of new slides. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listNames } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import { z } from 'zod';
import { seenIn, sharedWithTraining } from '../../model/held-out.js';
import { reportFile } from '../../outputs/output-names.js';

const modelsSchema = z.object({
  models: z.array(z.object({ name: z.string(), card: z.object({ training: z.record(z.string(), z.json()) }) })),
});

type Models = z.output<typeof modelsSchema>['models'];

/** None where others made the prediction; what is wrong with a report is told where its results are read. */
async function modelsOf(predictions: string): Promise<Models> {
  const text = await readFile(join(predictions, reportFile), 'utf8').catch(() => '');
  try {
    return modelsSchema.safeParse(JSON.parse(text)).data?.models ?? [];
  } catch {
    return [];
  }
}

/**
 * @param predictions what `openPredictions` takes
 * @param rows slides that are scored
 * @param table all slides that are known, whose groups tell of other images of the same patient or case
 * @returns sentences on slides that trained one of the models, and on others of which another image did
 * @example
 * for (const sentence of await trainingWarnings('out', rows, table)) console.warn(sentence);
 */
export async function trainingWarnings(
  predictions: string,
  rows: readonly SlideRow[],
  table: readonly SlideRow[],
): Promise<string[]> {
  const models = await modelsOf(predictions);
  const by = models.map(({ name, card }) => ({ name, ids: seenIn(card, rows) }));
  const guilty = by.filter(({ ids }) => ids.length > 0).map(({ name }) => name);
  const seen = new Set(by.flatMap(({ ids }) => ids));
  const unseen = rows.filter(({ id }) => !seen.has(id));
  const warnings = [...new Set(models.flatMap(({ card }) => sharedWithTraining(card, unseen, table) ?? []))];
  if (guilty.length === 0) return warnings;
  const many = seen.size === rows.length ? 'all of these slides' : `${seen.size} of these ${rows.length} slides`;
  const were = guilty.length === 1 ? 'was' : 'were';
  const says = 'such scores say nothing of slides that are new to it; leave them out with --where';
  return [
    `${listNames(guilty)} ${were} trained on ${many}, by their ids (${listNames([...seen])}): ${says}`,
    ...warnings,
  ];
}
