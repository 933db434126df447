/**
 * What the corrections of a slide teach. Inside areas that are marked as complete everything counts: objects as objects, the rest as background. Outside, only
 * what a person drew or accepted counts, by its own pixels: a prediction that nobody looked at teaches nothing.
 */
import { pixelArea, runsOfPolygons } from '@ftuseg/core';
import type { SlideLesson } from '../../jobs/plan.js';
import { boxOf, onSlide, runsInside, type SlideSize } from '../../measures/polygon-runs.js';
import { COMPLETE_AREA, type FlatPolygon, IGNORED_AREA, type SlideObject } from '../../protocol/objects.js';
import type { SlideDocument, StudioSlide } from '../context.js';
import { scaleOfSlide } from '../measures/slide-facts.js';
import { pixelsOf, sharedPixels } from './covered.js';

/** What is written for a training. */
export type TakeObject = (object: SlideObject) => Promise<void>;

async function areasOf(document: SlideDocument): Promise<{ complete: SlideObject[]; ignored: SlideObject[] }> {
  const [complete, ignored]: [SlideObject[], SlideObject[]] = [[], []];
  // Areas are drawn by people, so that the log of edits has them all.
  for (const object of document.changed.values()) {
    if (object?.class === COMPLETE_AREA) complete.push(object);
    if (object?.class === IGNORED_AREA) ignored.push(object);
  }
  return { complete, ignored };
}

const maskOf = (objects: readonly SlideObject[], { width, height }: SlideSize) =>
  runsOfPolygons(
    objects
      .flatMap(({ polygons }) => polygons)
      .map((rings: FlatPolygon) => ({ label: 1, rings: rings.map((ring) => Float64Array.from(ring)) })),
    width,
    height,
  );

/** Whether the object of a slide was drawn, changed or accepted by a person. */
const isVouched = ({ id }: SlideObject, { changed, decisions }: SlideDocument): boolean =>
  changed.has(id) || decisions.get(id) === 'accepted';

/**
 * Reads the corrected state of a slide.
 * @param take is given everything that a training must know, areas first; the slide is only counted if unset
 * @returns undefined for a slide that cannot be opened
 */
export async function readLesson(
  slide: StudioSlide,
  document: SlideDocument,
  take?: TakeObject,
): Promise<SlideLesson | undefined> {
  const size = await slide.size();
  if (size === undefined) return undefined;
  const { complete, ignored } = await areasOf(document);
  for (const area of [...complete, ...ignored]) await take?.(area);
  const known = complete.length === 0 ? undefined : maskOf(complete, size);
  let [objects, alone, covered] = [0, 0, 0];
  const classes = new Set<string>();
  const refused = [...document.changed.values()].filter((object) => object === null).length;
  const rejected = new Set([...document.decisions].filter(([, decision]) => decision === 'rejected').map(([id]) => id));
  const untouched = complete.length === 0 && document.changed.size === 0 && document.decisions.size === 0;
  for await (const object of untouched ? [] : document.objects()) {
    if (object.class === COMPLETE_AREA || object.class === IGNORED_AREA || rejected.has(object.id)) continue;
    const window = onSlide(boxOf(object.polygons), size);
    if (window.width === 0 || window.height === 0) continue;
    const mask = runsInside(object.polygons, window);
    const shared = known === undefined ? 0 : sharedPixels(mask, window, known);
    const isAlone = shared === 0;
    if (isAlone && !isVouched(object, document)) continue;
    covered += shared;
    objects++;
    classes.add(object.class);
    await take?.(object);
    if (!isAlone) continue;
    alone++;
    await take?.({ id: `${object.id}-known`.slice(-64), class: COMPLETE_AREA, polygons: object.polygons });
  }
  const scale = await scaleOfSlide(slide, undefined);
  return {
    id: slide.row.id,
    completeAreas: complete.length,
    objects,
    alone,
    background: known === undefined ? 0 : Math.max(0, pixelsOf(known) - covered),
    refused: refused + [...rejected].filter((id) => document.changed.get(id) !== null).length,
    classes: [...classes],
    pixelArea: scale === undefined ? undefined : pixelArea(scale),
  };
}
