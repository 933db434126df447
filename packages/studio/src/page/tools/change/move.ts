/** Move: a drag pans the slide, a click selects, a drag with Shift selects what lies within a box, a drag with Alt moves the selected objects. */
import { clipToSlide } from '../../../geometry/boolean.js';
import { COORDINATE_STEPS, type FlatPolygon, isArea } from '../../../protocol/objects.js';
import { contains, distance, proposeShapes, selectedObjects, withinReach } from '../changes.js';
import { rectangle, rectBetween } from '../draw/shapes.js';
import type { MakeTool, Point, ToolPointer } from '../tool.js';

/** Screen pixels: a shorter drag is a click. */
const MIN_DRAG = 4;

type Action = 'pan' | 'box' | 'carry';

interface Press {
  readonly start: Point;
  readonly action: Action;
  readonly toggles: boolean;
}

/** Polygons somewhere else; on the grid of coordinates, so that a shape keeps its form. */
function shifted(polygons: readonly FlatPolygon[], right: number, down: number): FlatPolygon[] {
  return polygons.map((rings) => rings.map((ring) => ring.map((value, i) => value + (i % 2 === 0 ? right : down))));
}

export const makeMove: MakeTool = (context) => {
  let press: Press | undefined;
  const actionOf = (pointer: ToolPointer): Action => {
    if (pointer.shift) return 'box';
    return pointer.alt && selectedObjects(context).some((object) => contains(object, pointer)) ? 'carry' : 'pan';
  };
  const farEnough = (at: Point): boolean =>
    press !== undefined && distance(press.start, at) >= MIN_DRAG * context.pixelsPerScreenPixel();
  const cancel = (): void => {
    if (press !== undefined && press.action !== 'pan') context.sketch(undefined);
    press = undefined;
  };
  const click = (at: Point, toggles: boolean): void => {
    const id = context.idAt(at);
    if (!toggles) {
      context.select(id === undefined ? [] : [id]);
      return;
    }
    if (id === undefined) return;
    const ids = new Set(context.selection());
    if (!ids.delete(id)) ids.add(id);
    context.select(ids);
  };
  /** Areas are left out, because they hold what the box is drawn for. */
  const selectWithin = (from: Point, to: Point): void => {
    const whole = context.within(rectBetween(from, to, false)).filter((object) => !isArea(object.class));
    context.select(new Set([...context.selection(), ...whole.map(({ id }) => id)]));
    context.say(whole.length === 0 ? 'No object lies wholly within the box.' : `${context.selection().size} selected.`);
  };
  const carry = (from: Point, to: Point): void => {
    const step = (value: number): number => Math.round(value * COORDINATE_STEPS) / COORDINATE_STEPS;
    const moved = selectedObjects(context).map((object) => ({
      ...object,
      polygons: clipToSlide(shifted(object.polygons, step(to.x - from.x), step(to.y - from.y)), context.slide),
    }));
    proposeShapes(context, 'move', moved);
  };
  return {
    name: 'move',
    label: 'Move',
    cursor: 'default',
    takes: (pointer) => actionOf(pointer) !== 'pan',
    down: (pointer) => {
      press = {
        start: withinReach(pointer, context),
        action: actionOf(pointer),
        toggles: pointer.shift || pointer.control,
      };
    },
    move: (pointer, dragging) => {
      const at = withinReach(pointer, context);
      if (press === undefined || !dragging || !farEnough(at)) return;
      if (press.action === 'box') context.sketch({ polygons: [rectangle(rectBetween(press.start, at, false))] });
      else if (press.action === 'carry') {
        const [right, down] = [at.x - press.start.x, at.y - press.start.y];
        context.sketch({
          polygons: selectedObjects(context).flatMap(({ polygons }) => shifted(polygons, right, down)),
        });
      }
    },
    up: (pointer) => {
      if (press === undefined) return;
      const at = withinReach(pointer, context);
      const { start, action, toggles } = press;
      const dragged = farEnough(at);
      cancel();
      if (!dragged) click(start, toggles);
      else if (action === 'box') selectWithin(start, at);
      else if (action === 'carry') carry(start, at);
    },
    key: ({ key }) => {
      if (key !== 'Escape' || press === undefined || press.action === 'pan') return false;
      cancel();
      return true;
    },
    cancel,
  };
};
