/**
 * The objects that corrections begin from, as valid polygons on the grid with ids of their own. Files of other programs have outlines that cross
 * themselves; those are repaired and counted, never passed on.
 */
import { nameUuid } from '@ftuseg/slide';
import { type BaseReport, type RawPolygons, validPolygons } from '../../../edits/valid-polygons.js';
import type { MeasuredSlideObject } from '../../context.js';

/** The class of objects without one, as `--classes` calls them. */
export const UNCLASSIFIED = 'unclassified';

/** An object as a file has it. */
export interface RawObject {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly polygons: RawPolygons;
  readonly measurements?: Readonly<Record<string, number>> | undefined;
}

/**
 * @param slide its id, and its size where it is known: what lies beyond is cut off
 * @param report is added to
 */
export async function* baseObjects(
  raw: AsyncIterable<RawObject> | Iterable<RawObject>,
  slide: { readonly id: string; readonly width?: number | undefined; readonly height?: number | undefined },
  report: BaseReport,
): AsyncGenerator<MeasuredSlideObject> {
  const ids = new Set<string>();
  let number = 0;
  for await (const { id, name = UNCLASSIFIED, polygons, measurements } of raw) {
    number++;
    const valid = validPolygons(polygons, slide, report);
    if (valid.length === 0) {
      report.leftOut++;
      continue;
    }
    const isNew = id === undefined || id.length > 64 || ids.has(id);
    if (isNew && id !== undefined) report.renamed++;
    const own = isNew ? nameUuid([JSON.stringify([slide.id, number, name, valid])]) : id;
    ids.add(own);
    report.objects++;
    yield { id: own, class: name.slice(0, 200), polygons: valid, measurements };
  }
}
