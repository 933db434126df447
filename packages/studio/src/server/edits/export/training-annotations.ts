/**
 * What a slide's corrections say for sure, as annotations with areas: what a person drew, changed or accepted, and everything within areas that she marked
 * as complete. Only there is what no object covers known to be none (docs/labels.md, `annotated`).
 */
import { dirname } from 'node:path';
import { makeFolder } from '@ftuseg/files';
import { createGeoJsonWriter } from '@ftuseg/slide';
import { newObjectId } from '../../../edits/object-id.js';
import { OverlapIndex } from '../../../edits/reconcile/overlap.js';
import { COMPLETE_AREA, isArea, type SlideObject } from '../../../protocol/objects.js';
import type { SlideDocument } from '../../context.js';
import { featureOf } from '../base/slide-base.js';

export interface TrainingAnnotations {
  /** By class, areas not among them. */
  readonly counts: ReadonlyMap<string, number>;
  readonly completeAreas: number;
}

/**
 * Objects that nobody has looked at come before those that a person vouches for, and the last counts where they overlap. The area of a vouched object
 * outside of complete areas is known as well, and nothing around it.
 *
 * @returns undefined where nothing is known; no file is written then
 * @throws FtuError `io`
 */
export async function writeTrainingAnnotations(
  path: string,
  document: SlideDocument,
): Promise<TrainingAnnotations | undefined> {
  const all: SlideObject[] = [];
  for await (const object of document.objects()) all.push(object);
  const areas = all.filter(({ class: name }) => isArea(name));
  const complete = new OverlapIndex(areas.filter(({ class: name }) => name === COMPLETE_AREA));
  const isVouched = ({ id }: SlideObject): boolean =>
    document.changed.has(id) || document.decisions.get(id) === 'accepted';
  const objects = all.filter(({ class: name }) => !isArea(name));
  const vouched = objects.filter(isVouched);
  const others = objects.filter((object) => !isVouched(object) && complete.overlapping(object.polygons).length > 0);
  const completeAreas = areas.filter(({ class: name }) => name === COMPLETE_AREA).length;
  if (vouched.length === 0 && completeAreas === 0) return undefined;
  const outside = vouched.filter(({ polygons }) => !complete.overlapping(polygons).some(({ share }) => share === 1));
  const known = outside.map((object) => ({ ...object, id: newObjectId(), class: COMPLETE_AREA }));
  await makeFolder(dirname(path));
  // Stated, since a reader could take the corner for QuPath's.
  const writer = await createGeoJsonWriter(path, [0, 0]);
  try {
    for (const object of [...areas, ...known, ...others, ...vouched]) await writer.write(featureOf(object));
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const counts = new Map<string, number>();
  for (const { class: name } of [...others, ...vouched]) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { counts, completeAreas };
}
