/** The end of every drawn shape: it becomes an object, joins the selected one, or is taken from it. Clipped to the slide; one step of undo. */
import { newObjectId } from '../../../edits/object-id.js';
import { clipToSlide, subtract, union } from '../../../geometry/boolean.js';
import { areaOf, boxOf } from '../../../geometry/measure.js';
import type { FlatPolygon, SlideObject } from '../../../protocol/objects.js';
import {
  contains,
  MIN_DRAWN_AREA,
  MIN_PART_AREA,
  type Mode,
  proposeShapes,
  sameArea,
  selectedObjects,
} from '../changes.js';
import type { Point, ToolContext } from '../tool.js';

export interface DrawnShape {
  /** The step's name in the history, such as `brush`. */
  readonly label: string;
  readonly polygons: readonly FlatPolygon[];
  readonly mode: Mode;
  /** Where it began: of several selected objects the one there is meant. */
  readonly start: Point;
  /** True for a brush, whose single dot is meant; else what is too small for a hand is dropped. */
  readonly dots?: boolean;
}

function drawNew(context: ToolContext, label: string, polygons: readonly FlatPolygon[]): void {
  const object: SlideObject = { id: newObjectId(), class: context.activeClass(), polygons };
  const drawn = proposeShapes(context, label, [object]);
  if (drawn !== undefined) context.select(drawn.map(({ id }) => id));
}

/** Joins a shape to an object. */
export function extend(
  context: ToolContext,
  label: string,
  object: SlideObject,
  polygons: readonly FlatPolygon[],
): void {
  const joined = union(object.polygons, polygons);
  if (sameArea(joined, object.polygons)) context.say('The shape lies within the object; nothing was changed.');
  else if (proposeShapes(context, label, [{ ...object, polygons: joined }]) !== undefined) context.select([object.id]);
}

const meet = (one: readonly FlatPolygon[], other: readonly FlatPolygon[]): boolean => {
  const [a, b] = [boxOf(one), boxOf(other)];
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
};

/** Takes a shape from objects; what it does not touch stays as it is. */
export function takeFrom(
  context: ToolContext,
  label: string,
  objects: readonly SlideObject[],
  polygons: readonly FlatPolygon[],
): void {
  const changed = objects.flatMap((object) => {
    if (!meet(object.polygons, polygons)) return [];
    const left = subtract(object.polygons, polygons);
    return sameArea(left, object.polygons) ? [] : [{ ...object, polygons: left }];
  });
  if (changed.length === 0) {
    context.say(
      objects.length === 0
        ? 'Nothing is selected; select the object to take the shape from.'
        : 'The shape touches no selected object; nothing was changed.',
    );
    return;
  }
  const kept = proposeShapes(context, label, changed);
  if (kept === undefined) return;
  const gone = new Set(changed.map(({ id }) => id).filter((id) => !kept.some((object) => object.id === id)));
  context.select([...context.selection()].filter((id) => !gone.has(id)));
}

export function finishShape(context: ToolContext, { label, polygons, mode, start, dots = false }: DrawnShape): void {
  const shape = clipToSlide(polygons, context.slide);
  if (shape.length === 0 && polygons.length > 0) {
    context.say('The shape lies beyond the slide; nothing was drawn.');
    return;
  }
  const least = dots ? MIN_PART_AREA : Math.max(MIN_PART_AREA, MIN_DRAWN_AREA * context.pixelsPerScreenPixel() ** 2);
  if (areaOf(shape) < least) {
    context.say('The shape is too small to be meant; zoom in to draw small objects. Nothing was drawn.');
    return;
  }
  const selected = selectedObjects(context);
  if (mode === 'subtract') takeFrom(context, label, selected, shape);
  else if (mode === 'new') drawNew(context, label, shape);
  else {
    const target = selected.find((object) => contains(object, start)) ?? selected.at(-1);
    if (target !== undefined) extend(context, label, target, shape);
    else {
      drawNew(context, label, shape);
      context.say('Nothing was selected to add to; the shape became a new object.');
    }
  }
}
