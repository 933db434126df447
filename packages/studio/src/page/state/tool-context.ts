/** What tools are given: the slide, its objects as they stand, and ways to propose an edit. Tools know nothing else of the page. */
import type { Rect } from '@ftuseg/core';
import { containsPoint } from '../../geometry/measure.js';
import type { SlideObject } from '../../protocol/objects.js';
import type { SlideDetail } from '../../protocol/slides.js';
import type { Point, ToolContext } from '../tools/tool.js';
import { readPixels } from '../viewer/pixels.js';
import type { Studio } from './studio.js';

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
  return {
    slide: { width: slide.width, height: slide.height },
    pixelsPerScreenPixel: () => 1 / (camera.view.peek()?.zoom ?? 1),
    objectAt: (point) => objectAt(studio, point),
    objectsIn,
    object: geometry.object,
    selection: () => selection.ids.peek(),
    select: selection.select,
    activeClass: () => tools.activeClass.peek(),
    brushRadius: () => tools.brushRadius.peek(),
    pixels: (rect, downsample) => readPixels(backend, slide, rect, downsample),
    propose: document.propose,
    sketch: tools.draw,
    say: messages.say,
  };
}
