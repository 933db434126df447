/** Split: a line through an object parts it. The line is straight, or follows the hand while Shift is held. */
import { newObjectId } from '../../../edits/object-id.js';
import { clipToSlide } from '../../../geometry/boolean.js';
import { areaOf, boxOf } from '../../../geometry/measure.js';
import { lengthened, splitByLine } from '../../../geometry/split.js';
import { type FlatPolygon, isArea, type SlideObject } from '../../../protocol/objects.js';
import { counted, distance, proposeShapes, selectedObjects, withinReach } from '../changes.js';
import type { MakeTool, Point, ToolContext, ToolPointer } from '../tool.js';

/** Screen pixels between the points of a line drawn by hand. */
const HAND_STEP = 2;
/** Screen pixels by which the line goes on at both ends: a hand stops at the border, not beyond it. */
const BEYOND = 3;
/** Screen pixels: a shorter line is a slip. */
const MIN_LINE = 4;

/** What a polygon is told by, whichever corner its rings begin with. */
const likeness = (polygon: FlatPolygon): string => {
  const { x, y, width, height } = boxOf([polygon]);
  return `${x} ${y} ${width} ${height} ${areaOf([polygon])}`;
};

/** @returns the object's new form and the new objects, or undefined if the line parts nothing */
export function splitObject(object: SlideObject, line: readonly number[]): readonly SlideObject[] | undefined {
  const pieces = splitByLine(object.polygons, line);
  if (pieces.length <= object.polygons.length) return undefined;
  // What the line did not part stays with the largest piece, which keeps the id and so its place in the review.
  const whole = new Set(object.polygons.map(likeness));
  const untouched = pieces.filter((piece) => whole.has(likeness(piece)));
  const parted = pieces.filter((piece) => !whole.has(likeness(piece))).sort((a, b) => areaOf([b]) - areaOf([a]));
  return parted.map((piece, number) =>
    number === 0
      ? { ...object, polygons: [piece, ...untouched] }
      : { id: newObjectId(), class: object.class, polygons: [piece] },
  );
}

function split(context: ToolContext, line: readonly number[]): void {
  const selected = selectedObjects(context);
  const box = boxOf([[line]]);
  const met = context.objectsIn({ ...box, width: Math.max(1, box.width), height: Math.max(1, box.height) });
  // Without a selection an area around the objects is not meant.
  const targets = selected.length > 0 ? selected : met.filter((object) => !isArea(object.class));
  const results = targets.flatMap((object) => {
    const parts = splitObject({ ...object, polygons: clipToSlide(object.polygons, context.slide) }, line);
    return parts === undefined ? [] : [parts];
  });
  if (results.length === 0) {
    const which = selected.length > 0 ? 'the selected object' : 'an object';
    context.say(`The line parts nothing; draw it through ${which} from outside to outside.`);
    return;
  }
  const all = results.flat();
  const said = `${counted(results.length, 'object')} split into ${all.length}.`;
  const kept = proposeShapes(context, 'split', all, [], said);
  if (kept !== undefined) context.select(kept.map(({ id }) => id));
}

export const makeSplit: MakeTool = (context) => {
  let points: Point[] | undefined;
  const screen = (pixels: number): number => pixels * context.pixelsPerScreenPixel();
  const flat = (): number[] => (points ?? []).flatMap(({ x, y }) => [x, y]);
  const goOn = (pointer: ToolPointer): void => {
    const at = withinReach(pointer, context);
    const [first] = points ?? [];
    if (points === undefined || first === undefined) return;
    if (!pointer.shift) points = [first, at];
    else if (distance(points.at(-1) ?? first, at) >= screen(HAND_STEP)) points.push(at);
  };
  const cancel = (): void => {
    if (points !== undefined) context.sketch(undefined);
    points = undefined;
  };
  return {
    name: 'split',
    label: 'Split line',
    cursor: 'crosshair',
    down: (pointer) => {
      points = [withinReach(pointer, context)];
    },
    move: (pointer, dragging) => {
      if (points === undefined || !dragging) return;
      goOn(pointer);
      context.sketch({ polygons: [], line: flat() });
    },
    up: (pointer) => {
      if (points === undefined) return;
      goOn(pointer);
      const line = lengthened(flat(), screen(BEYOND));
      const box = boxOf([[flat()]]);
      cancel();
      if (Math.hypot(box.width, box.height) < screen(MIN_LINE))
        context.say('Drag a line through the object to split it.');
      else split(context, line);
    },
    key: ({ key }) => {
      if (key !== 'Escape' || points === undefined) return false;
      cancel();
      return true;
    },
    cancel,
  };
};
