/** Vertices: drag a corner of the selected object, drag a side to give it a corner, Alt and click or Delete to take one away. */
import { clipToSlide } from '../../../geometry/boolean.js';
import {
  insertVertex,
  moveVertex,
  removeVertex,
  sideNear,
  type VertexPlace,
  vertexNear,
} from '../../../geometry/vertices.js';
import type { FlatPolygon, SlideObject } from '../../../protocol/objects.js';
import { contains, distance, proposeShapes, sameArea, selectedObjects, withinReach } from '../changes.js';
import type { MakeTool, Point, ToolPointer } from '../tool.js';

/** Screen pixels from which a corner or side is taken hold of. */
const REACH = 8;
/** Screen pixels: a shorter drag is a click. */
const MIN_DRAG = 2;
/** Handles that are drawn: outlines of masks have thousands of corners, of which those near the pointer matter. */
const MAX_HANDLES = 400;

interface Hold {
  readonly id: string;
  readonly place: VertexPlace;
  /** True if the corner is made by this drag. */
  readonly made: boolean;
  readonly start: Point;
  /** Where the corner was, or the one before the new one: elsewhere, the object was changed meanwhile. */
  readonly corner: Point;
}

const cornerAt = (polygons: readonly FlatPolygon[], { polygon, ring, vertex }: VertexPlace): Point => {
  const corners = polygons[polygon]?.[ring] ?? [];
  return { x: corners[2 * vertex] ?? 0, y: corners[2 * vertex + 1] ?? 0 };
};

/** The shape while it is dragged: only its corner is set, so that a large outline follows the pointer. */
function preview(polygons: readonly FlatPolygon[], { place, made }: Hold, at: Point): FlatPolygon[] {
  return polygons.map((rings, polygon) =>
    rings.map((ring, number) => {
      if (polygon !== place.polygon || number !== place.ring) return ring;
      return made
        ? ring.toSpliced(2 * place.vertex + 2, 0, at.x, at.y)
        : ring.toSpliced(2 * place.vertex, 2, at.x, at.y);
    }),
  );
}

function handlesNear(polygons: readonly FlatPolygon[], at: Point): Point[] {
  const all: Point[] = [];
  for (const rings of polygons) {
    for (const ring of rings) {
      for (let i = 0; i + 1 < ring.length; i += 2) all.push({ x: ring[i] ?? 0, y: ring[i + 1] ?? 0 });
    }
  }
  if (all.length <= MAX_HANDLES) return all;
  return all.sort((one, other) => distance(one, at) - distance(other, at)).slice(0, MAX_HANDLES);
}

export const makeVertices: MakeTool = (context) => {
  let hold: Hold | undefined;
  /** The corner that was clicked: Delete takes it away. */
  let active: { readonly id: string; readonly at: Point } | undefined;
  const screen = (pixels: number): number => pixels * context.pixelsPerScreenPixel();
  const draw = (near: Point): void => {
    const objects = selectedObjects(context);
    const polygons = objects.flatMap((object) => object.polygons);
    const circle = active === undefined ? {} : { circle: { centre: active.at, radius: screen(REACH) } };
    context.sketch(
      objects.length === 0 ? undefined : { polygons: [], handles: handlesNear(polygons, near), ...circle },
    );
  };
  const change = (object: SlideObject, label: string, polygons: readonly FlatPolygon[], near: Point): void => {
    const shape = clipToSlide(polygons, context.slide);
    if (sameArea(shape, object.polygons) && JSON.stringify(shape) === JSON.stringify(object.polygons)) {
      context.say('The corner changes nothing there; nothing was changed.');
    } else {
      const kept = proposeShapes(context, label, [{ ...object, polygons: shape }]);
      if (kept?.length === 0) context.select([...context.selection()].filter((id) => id !== object.id));
    }
    draw(near);
  };
  const takeAway = (object: SlideObject, place: VertexPlace, near: Point): void => {
    active = undefined;
    const ring = object.polygons[place.polygon]?.[place.ring] ?? [];
    if (ring.length <= 6 && place.ring === 0) {
      context.say('An outline has three corners or more; delete the object to remove it.');
      draw(near);
    } else change(object, 'remove corner', removeVertex(object.polygons, place), near);
  };
  const take = ({ id, polygons }: SlideObject, place: VertexPlace, made: boolean, start: Point): void => {
    hold = { id, place, made, start, corner: cornerAt(polygons, place) };
  };
  const grip = (pointer: ToolPointer, at: Point): boolean => {
    for (const object of selectedObjects(context)) {
      const corner = vertexNear(object.polygons, at, screen(REACH));
      if (corner !== undefined && pointer.alt) takeAway(object, corner, at);
      else if (corner !== undefined) take(object, corner, false, at);
      else {
        const side = pointer.alt ? undefined : sideNear(object.polygons, at, screen(REACH));
        if (side !== undefined) take(object, side, true, at);
      }
      if (corner !== undefined || hold !== undefined) return true;
    }
    return false;
  };
  const cancel = (): void => {
    hold = undefined;
    active = undefined;
    context.sketch(undefined);
  };
  return {
    name: 'vertices',
    label: 'Vertices',
    cursor: 'default',
    takes: (pointer) => {
      const at = withinReach(pointer, context);
      const reach = screen(REACH);
      return selectedObjects(context).some(({ polygons }) => sideNear(polygons, at, reach) !== undefined);
    },
    down: (pointer) => {
      const at = withinReach(pointer, context);
      active = undefined;
      if (grip(pointer, at)) return;
      const under = selectedObjects(context).find((object) => contains(object, at))?.id ?? context.idAt(at);
      context.select(under === undefined ? [] : [under]);
      draw(at);
    },
    move: (pointer, dragging) => {
      const at = withinReach(pointer, context);
      const object = hold === undefined ? undefined : context.object(hold.id);
      if (hold === undefined || object === undefined || !dragging) {
        if (!dragging) draw(at);
      } else if (distance(hold.start, at) >= screen(MIN_DRAG)) {
        context.sketch({ polygons: preview(object.polygons, hold, at), handles: [at] });
      }
    },
    up: (pointer) => {
      if (hold === undefined) return;
      const at = withinReach(pointer, context);
      const { id, place, made, start, corner } = hold;
      hold = undefined;
      const object = context.object(id);
      const now = object === undefined ? undefined : cornerAt(object.polygons, place);
      if (object === undefined || now?.x !== corner.x || now.y !== corner.y) {
        context.say('The object was changed meanwhile; nothing was moved.');
      } else if (distance(start, at) >= screen(MIN_DRAG)) {
        const moved = made ? insertVertex(object.polygons, place, at) : moveVertex(object.polygons, place, at);
        change(object, made ? 'add corner' : 'move corner', moved, at);
      } else if (made) context.say('Drag the side to give it a corner there.');
      else {
        active = { id, at: cornerAt(object.polygons, place) };
        draw(at);
      }
    },
    key: ({ key }) => {
      if (key === 'Escape' && (hold !== undefined || active !== undefined)) {
        const near = active?.at ?? hold?.start;
        hold = undefined;
        active = undefined;
        if (near !== undefined) draw(near);
        return true;
      }
      const object = active === undefined ? undefined : context.object(active.id);
      if ((key !== 'Delete' && key !== 'Backspace') || active === undefined || object === undefined) return false;
      const corner = vertexNear(object.polygons, active.at, 0);
      if (corner === undefined) return false;
      takeAway(object, corner, active.at);
      return true;
    },
    cancel,
  };
};
