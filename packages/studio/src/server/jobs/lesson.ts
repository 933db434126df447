/**
 * What the corrections of a slide teach. Inside areas that are marked as complete everything counts: objects as objects, the rest as background. Outside, only
 * what a person drew or accepted counts, by its own pixels: a prediction that nobody looked at teaches nothing.
 */
import { pixelArea, type Rect, runsOfPolygons } from '@ftuseg/core';
import { countedChanges } from '../../edits/counted.js';
import type { SlideLesson } from '../../jobs/plan.js';
import { boxOf, onSlide, pixelsOf, runsInside, type SlideSize } from '../../measures/polygon-runs.js';
import { COMPLETE_AREA, type FlatPolygon, isArea, type SlideObject } from '../../protocol/objects.js';
import type { OpenPrediction, SlideDocument, StudioSlide } from '../context.js';
import { scaleOfSlide } from '../measures/slide-facts.js';
import { sharedPixels } from './covered.js';

const maskOf = (objects: readonly (SlideObject | null)[], { width, height }: SlideSize) =>
  runsOfPolygons(
    objects
      .flatMap((object) => object?.polygons ?? [])
      .map((rings: FlatPolygon) => ({ label: 1, rings: rings.map((ring) => Float64Array.from(ring)) })),
    width,
    height,
  );

const meet = (one: Rect, other: Rect): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

/**
 * Counts what `writeTrainingAnnotations` writes of a slide.
 * @param prediction that corrections began from
 * @returns undefined for a slide that cannot be opened
 */
export async function readLesson(
  slide: StudioSlide,
  document: SlideDocument,
  prediction: OpenPrediction | undefined,
): Promise<SlideLesson | undefined> {
  const size = await slide.size();
  if (size === undefined) return undefined;
  // Areas are drawn by people, so that the log of edits has them all.
  const complete = [...document.changed.values()].filter((object) => object?.class === COMPLETE_AREA);
  const known = complete.length === 0 ? undefined : maskOf(complete, size);
  const boxes = complete.flatMap((object) => (object === null ? [] : [boxOf(object.polygons)]));
  let [objects, alone, covered] = [0, 0, 0];
  const classes = new Set<string>();
  const refused = [...countedChanges(document).values()].filter((object) => object === null).length;
  const untouched = complete.length === 0 && document.changed.size === 0 && document.decisions.size === 0;
  for await (const object of untouched ? [] : document.objects()) {
    if (isArea(object.class)) continue;
    const window = onSlide(boxOf(object.polygons), size);
    if (window.width === 0 || window.height === 0) continue;
    const isVouched = document.changed.has(object.id) || document.decisions.get(object.id) === 'accepted';
    // Of a million predicted objects a few lie near an area.
    if (!isVouched && !boxes.some((box) => meet(box, window))) continue;
    const mask = runsInside(object.polygons, window);
    const shared = known === undefined ? 0 : sharedPixels(mask, window, known);
    if (shared === 0 && !isVouched) continue;
    covered += shared;
    objects++;
    classes.add(object.class);
    if (isVouched && shared < pixelsOf(mask)) alone++;
  }
  const scale = await scaleOfSlide(slide, prediction);
  return {
    id: slide.row.id,
    completeAreas: complete.length,
    objects,
    alone,
    background: known === undefined ? 0 : Math.max(0, pixelsOf(known) - covered),
    refused,
    classes: [...classes],
    pixelArea: scale === undefined ? undefined : pixelArea(scale),
  };
}
