/** Objects out of the files that predictions and truths are kept in: the same, under the same ids, as corrections begin from. */
import { FtuError, pixelArea, type Scale } from '@ftuseg/core';
import { emptyReport, reportSentences } from '../../edits/valid-polygons.js';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { MeasuredSlideObject, StudioSlide } from '../context.js';
import { baseObjects } from '../edits/base/base-objects.js';
import type { BaseSource } from '../edits/base/base-source.js';
import { rawObjects } from '../edits/base/read-base.js';
import type { FoundLayer } from './found-layer.js';

/** As `ftu predict` names them. */
const PROBABILITY = 'Mean probability';
const AREA_PIXELS = 'Area px^2';
const AREA_MICROMETRES = 'Area µm^2';

type Measurements = Readonly<Record<string, number>> | undefined;

/** What was measured on the mask: an outline that was made simpler has another area. */
function measuredArea(measurements: Measurements, pixel: number | undefined): number | undefined {
  const pixels = measurements?.[AREA_PIXELS];
  const micrometres = measurements?.[AREA_MICROMETRES];
  if (pixels !== undefined || micrometres === undefined || pixel === undefined) return pixels;
  return micrometres / pixel;
}

/** @param scale of the slide, as the one who measured took it */
export function readObjects(
  source: BaseSource,
  slide: StudioSlide,
  scale: () => Promise<Scale | undefined>,
  signal: AbortSignal,
): ReturnType<FoundLayer['read']> {
  const report = emptyReport();
  async function* objects(): AsyncGenerator<MeasuredSlideObject> {
    yield* baseObjects(rawObjects(source, slide, report), { id: slide.row.id, ...(await slide.size()) }, report);
  }
  return { objects: toPack(objects(), scale, signal), notes: () => reportSentences(report, source.name) };
}

/** Objects with the numbers that their measurements say. */
export async function* toPack(
  objects: AsyncIterable<MeasuredSlideObject>,
  scale: () => Promise<Scale | undefined>,
  signal: AbortSignal,
): AsyncGenerator<ObjectToPack> {
  const known = await scale();
  const pixel = known === undefined ? undefined : pixelArea(known);
  for await (const { id, class: name, polygons, measurements } of objects) {
    if (signal.aborted) throw new FtuError('cancelled', 'reading outlines was interrupted');
    const area = measuredArea(measurements, pixel);
    yield { id, class: name, polygons, probability: measurements?.[PROBABILITY], area };
  }
}
