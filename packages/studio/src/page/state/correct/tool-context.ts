/** What tools are given: the slide, its objects as they stand, and ways to propose an edit. Tools know nothing else of the page. */
import type { Rect } from '@ftuseg/core';
import { containsPoint } from '../../../geometry/measure.js';
import type { SlideObject } from '../../../protocol/objects.js';
import type { SlideDetail } from '../../../protocol/slides.js';
import type { Point, ToolContext } from '../../tools/tool.js';
import { readPixels } from '../../viewer/pixels.js';
import type { Box } from '../camera.js';
import type { Studio } from '../studio.js';

/** The smallest object at a point: an area drawn around others must not hide them. */
export function objectAt(
  studio: Pick<Studio, 'objects' | 'geometry' | 'overlay'>,
  point: Point,
): SlideObject | undefined {
  const rows = studio.objects.rows.peek();
  if (rows === undefined) return undefined;
  let [found, smallest]: [SlideObject | undefined, number] = [undefined, Infinity];
  for (const row of rows.meeting({ ...point, width: 0, height: 0 })) {
    const { id, area } = rows.at(row);
    const object = area < smallest ? studio.geometry.object(id) : undefined;
    if (object !== undefined && containsPoint(object.polygons, point.x, point.y)) [found, smallest] = [object, area];
  }
  return found;
}

/** CSS pixels around its middle in which an object that is smaller on the screen is met. */
const REACH = 3;

/** As `objectAt`, but by its box where an outline is not read yet. @param reach level-0 pixels */
export function idAt(
  { objects, geometry }: Pick<Studio, 'objects' | 'geometry'>,
  { x, y }: Point,
  reach: number,
): string | undefined {
  const rows = objects.rows.peek();
  if (rows === undefined) return undefined;
  let [found, smallest]: [string | undefined, number] = [undefined, Infinity];
  for (const row of rows.meeting({ x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach })) {
    const { id, area, box } = rows.at(row);
    if (area >= smallest) continue;
    const isSmall = Math.max(box.width, box.height) < 2 * reach;
    const isInBox = x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
    const polygons = isSmall || !isInBox ? undefined : geometry.object(id)?.polygons;
    if (isSmall || (isInBox && (polygons === undefined || containsPoint(polygons, x, y))))
      [found, smallest] = [id, area];
  }
  return found;
}

const isWithin = (box: Box, rect: Rect): boolean =>
  box.x >= rect.x &&
  box.y >= rect.y &&
  box.x + box.width <= rect.x + rect.width &&
  box.y + box.height <= rect.y + rect.height;

export function createToolContext(studio: Studio, slide: SlideDetail): ToolContext {
  const { document, geometry, messages, objects, selection, tools, backend, camera } = studio;
  const objectsIn = (rect: Rect): readonly SlideObject[] => {
    const rows = objects.rows.peek();
    if (rows === undefined) return [];
    const ids = rows.meeting(rect).map((row) => rows.at(row).id);
    const known = ids.flatMap((id) => geometry.object(id) ?? []);
    if (known.length < ids.length) {
      messages.say('Some objects here are still being read; try again in a moment.');
      void geometry.need(ids);
    }
    return known;
  };
  const pixelsPerScreenPixel = (): number => 1 / (camera.view.peek()?.zoom ?? 1);
  return {
    slide: { width: slide.width, height: slide.height },
    pixelsPerScreenPixel,
    objectAt: (point) => objectAt(studio, point),
    idAt: (point) => idAt(studio, point, REACH * pixelsPerScreenPixel()),
    within: (rect) => {
      const rows = objects.rows.peek();
      const met = rows?.meeting(rect).map(rows.at) ?? [];
      return met.filter(({ box }) => isWithin(box, rect)).map(({ id, class: className }) => ({ id, class: className }));
    },
    objectsIn,
    object: geometry.object,
    selection: () => selection.ids.peek(),
    select: selection.select,
    activeClass: () => tools.activeClass.peek(),
    brushRadius: () => tools.brushRadius.peek(),
    pixels: (rect, downsample) => readPixels(backend, slide, rect, downsample, studio.layers.colours.peek()),
    propose: document.propose,
    sketch: tools.draw,
    say: messages.say,
  };
}
