/** Whether slides that judge models belong to patients, cases or slides whose other pictures the models were trained on. */
import { describeShared, sharedGroups } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import type { RunContext } from '../../../step-kind/step-kind.js';
import type { ChosenModel } from '../models.js';
import { realPathOf } from '../real-path.js';

/**
 * @param rows that judge
 * @returns a sentence, or undefined for nothing in common
 */
export async function sharedWithTraining(
  { checked }: Pick<RunContext, 'checked'>,
  models: readonly ChosenModel[],
  rows: readonly SlideRow[],
): Promise<string | undefined> {
  const images = new Set(models.flatMap(({ fold }) => fold.trainedOn.map(({ image }) => image)));
  const trained: SlideRow[] = [];
  for (const row of [...checked.slides.values()].flat()) {
    if (images.has(await realPathOf(row.image))) trained.push(row);
  }
  const shared = sharedGroups(trained, rows, undefined);
  return (
    shared &&
    `${describeShared(shared)}: models were trained on others of the same, so that scores on these are too good`
  );
}
