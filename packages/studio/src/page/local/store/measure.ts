/** A slide of a prediction measured for the review, out of the store. */

import { nameUuid } from '@ftuseg/slide/browser';
import type { MeasuredSlide } from '../../../review/item.js';
import { type KnownRow, measureItems } from '../../../review/measuring/measure-items.js';
import type { ProbabilityMap } from '../../../review/measuring/measure-map.js';
import { folderAt } from './folders.js';
import { tableOf } from './object-table.js';
import { predictionRecordSchema } from './records.js';
import { readableMap, resultObjects, resultText } from './results.js';
import type { ResultOf } from './store-methods.js';
import { readJson } from './whole-files.js';

/** @throws FtuError `not-found` for a prediction that is not there */
export async function measureResult(
  result: ResultOf,
  slide: { readonly size: { readonly width: number; readonly height: number }; readonly pixelUm2?: number },
  signal: AbortSignal,
): Promise<MeasuredSlide> {
  const { size, pixelUm2 } = slide;
  const folder = await folderAt(['slides', result.slide, 'predictions'], { create: false });
  const record = folder === undefined ? undefined : await readJson(folder, `${result.prediction}.json`);
  const { classes, thresholds } = predictionRecordSchema.parse(record);
  const { objects } = await resultObjects(result, size);
  const table = tableOf((await resultText(result, 'objects.csv')) ?? '');
  const rows = new Map(
    objects.map(({ id }): [string, KnownRow] => {
      const line = table.lineOf(id);
      const number = (cell: string | undefined): number | undefined =>
        cell === undefined || cell === '' ? undefined : Number(cell);
      return [id, { mean: number(line?.mean_probability), agreement: number(line?.model_agreement) }];
    }),
  );
  const maps = new Map<string, () => Promise<ProbabilityMap>>();
  for (const [number, name] of classes.entries()) {
    const map = await readableMap(result, number, size);
    if (map !== undefined) maps.set(name, async () => map);
  }
  return measureItems(
    { id: result.slide, size, pixelUm2, thresholds },
    { objects, rows, maps, uuid: nameUuid },
    signal,
  );
}
