/** Brush and eraser. The brush goes on with the object in which it starts, as QuPath's does; else it makes a new one. */
import { clipToSlide } from '../../../geometry/boolean.js';
import type { SlideObject } from '../../../protocol/objects.js';
import { contains, type Mode, modeOf, selectedObjects, withinReach } from '../changes.js';
import type { MakeTool, Point, ToolContext, ToolPointer } from '../tool.js';
import { extend, finishShape, takeFrom } from './finish.js';
import type { Dab } from './shapes.js';
import { Stroke } from './stroke.js';

/** Level-0 pixels: the geometry's least. */
const MIN_RADIUS = 1 / 8;
const MAX_RADIUS = 50_000;

/** What a stroke will do, settled where it starts. */
export interface Aim {
  readonly mode: Mode;
  /** The object that grows, or those that shrink. */
  readonly ids: readonly string[];
}

/** An object that a brush without keys goes on with: a selected one, or the one below it of the class that is drawn. */
function goesOnWith(context: ToolContext, at: Point): SlideObject | undefined {
  const selected = selectedObjects(context).find((object) => contains(object, at));
  if (selected !== undefined) return selected;
  const below = context.objectAt(at);
  return below?.class === context.activeClass() ? below : undefined;
}

/** @param erases true for a tool that only subtracts */
export function aimOf(context: ToolContext, pointer: ToolPointer, erases: boolean): Aim {
  const mode = erases ? 'subtract' : modeOf(pointer);
  if (mode === 'new') {
    const object = goesOnWith(context, pointer);
    return object === undefined ? { mode, ids: [] } : { mode: 'add', ids: [object.id] };
  }
  const selected = selectedObjects(context);
  if (mode === 'add') {
    const target = selected.find((object) => contains(object, pointer)) ?? selected.at(-1);
    return target === undefined ? { mode: 'new', ids: [] } : { mode, ids: [target.id] };
  }
  const below = selected.length === 0 ? context.objectAt(pointer) : undefined;
  return { mode, ids: [...selected.map(({ id }) => id), ...(below === undefined ? [] : [below.id])] };
}

/** Carries out what `aimOf` settled. */
export function finishAimed(
  context: ToolContext,
  { mode, ids }: Aim,
  shape: { readonly label: string; readonly polygons: SlideObject['polygons']; readonly start: Point },
): void {
  const { label, polygons, start } = shape;
  if (mode === 'new') {
    finishShape(context, { label, polygons, mode, start, dots: true });
    return;
  }
  const objects = ids.flatMap((id) => context.object(id) ?? []);
  if (ids.length === 0) context.say('Nothing is selected; start on the object to take from, or select it first.');
  else if (objects.length === 0) context.say('The object was deleted meanwhile; nothing was changed.');
  else {
    const clipped = clipToSlide(polygons, context.slide);
    const [first] = objects;
    if (mode === 'subtract') takeFrom(context, label, objects, clipped);
    else if (first !== undefined) extend(context, label, first, clipped);
  }
}

const painting =
  (name: string, label: string, erases: boolean): MakeTool =>
  (context) => {
    let work: { readonly aim: Aim; readonly stroke: Stroke; readonly start: Point } | undefined;
    const dabAt = (pointer: ToolPointer): Dab => {
      // A mouse presses by one half: the radius as it was set.
      const radius = context.brushRadius() * context.pixelsPerScreenPixel() * (0.5 + pointer.pressure);
      return { ...withinReach(pointer, context), radius: Math.min(MAX_RADIUS, Math.max(MIN_RADIUS, radius)) };
    };
    const sketch = ({ x, y, radius }: Dab): void =>
      context.sketch({ polygons: work?.stroke.parts() ?? [], circle: { centre: { x, y }, radius } });
    const cancel = (): void => {
      work = undefined;
      context.sketch(undefined);
    };
    return {
      name,
      label,
      // The circle of the brush is the cursor.
      cursor: 'none',
      down: (pointer) => {
        const dab = dabAt(pointer);
        const start = { x: dab.x, y: dab.y };
        work = { aim: aimOf(context, { ...pointer, ...start }, erases), stroke: new Stroke(dab), start };
        sketch(dab);
      },
      move: (pointer, dragging) => {
        const dab = dabAt(pointer);
        if (work !== undefined && dragging) work.stroke.add(dab);
        sketch(dab);
      },
      up: (pointer) => {
        if (work === undefined) return;
        const { aim, stroke, start } = work;
        const dab = dabAt(pointer);
        // A pen that is lifted presses by nothing; its last width was that of the move before.
        if (pointer.pressure > 0) stroke.add(dab);
        work = undefined;
        finishAimed(context, aim, { label: name, polygons: stroke.finished(context.pixelsPerScreenPixel()), start });
        sketch(dab);
      },
      key: ({ key }) => {
        if (key !== 'Escape' || work === undefined) return false;
        cancel();
        return true;
      },
      leave: () => {
        if (work === undefined) context.sketch(undefined);
      },
      cancel,
    };
  };

export const makeBrush: MakeTool = painting('brush', 'Brush', false);
export const makeEraser: MakeTool = painting('eraser', 'Eraser', true);
