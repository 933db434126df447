/** Objects out of the files that predictions and truths are kept in: the same, under the same ids, as corrections begin from. */
import { FtuError } from '@ftuseg/core';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { StudioSlide } from '../context.js';
import { baseObjects, emptyReport, reportSentences } from '../edits/base/base-objects.js';
import type { BaseSource } from '../edits/base/base-source.js';
import { rawObjects } from '../edits/base/read-base.js';
import type { FoundLayer } from './found-layer.js';

/** As `ftu predict` names it. */
const PROBABILITY = 'Mean probability';

export function readObjects(
  source: BaseSource,
  slide: StudioSlide,
  signal: AbortSignal,
): ReturnType<FoundLayer['read']> {
  const report = emptyReport();
  async function* objects(): AsyncGenerator<ObjectToPack> {
    const place = { id: slide.row.id, ...(await slide.size()) };
    for await (const { id, class: name, polygons, measurements } of baseObjects(
      rawObjects(source, slide),
      place,
      report,
    )) {
      if (signal.aborted) throw new FtuError('cancelled', 'reading outlines was interrupted');
      yield { id, class: name, polygons, probability: measurements?.[PROBABILITY] };
    }
  }
  return { objects: objects(), notes: () => reportSentences(report, source.name) };
}
