/** The polygon as QuPath has it: clicks set corners, a drag draws by hand. Double click, Enter or the first corner closes it. */
import { polygonOfClicks } from '../../../geometry/drawn.js';
import { simplifyPolygons } from '../../../geometry/simplify.js';
import { distance, type Mode, modeOf, withinReach } from '../changes.js';
import type { MakeTool, Point } from '../tool.js';
import { finishShape } from './finish.js';

/** Screen pixels: nearer to the first corner, a click closes. */
const CLOSE_REACH = 8;
/** Screen pixels that a pressed pointer moves before it draws by hand. */
const MIN_DRAG = 4;
/** Screen pixels between points of a line drawn by hand, and by which they may be off the line that is kept. */
const HAND_STEP = 1;
const HAND_TOLERANCE = 0.5;

interface Drawing {
  readonly mode: Mode;
  readonly corners: Point[];
  /** How many corners there were before each click or drag: what Backspace goes back to. */
  readonly marks: number[];
  /** Where the pointer went down; undefined while it is up. */
  pressed: Point | undefined;
  /** True while the pressed pointer draws. */
  byHand: boolean;
  /** True once any part was drawn by hand. */
  anyByHand: boolean;
}

export const makePolygon: MakeTool = (context) => {
  let drawing: Drawing | undefined;
  const screen = (pixels: number): number => pixels * context.pixelsPerScreenPixel();
  const draw = (pointer?: Point): void => {
    if (drawing === undefined) return;
    const line = [...drawing.corners, ...(pointer === undefined ? [] : [pointer])].flatMap(({ x, y }) => [x, y]);
    context.sketch({ polygons: [], line, handles: drawing.marks.flatMap((at) => drawing?.corners[at] ?? []) });
  };
  const cancel = (): void => {
    if (drawing !== undefined) context.sketch(undefined);
    drawing = undefined;
  };
  const finish = (): void => {
    if (drawing === undefined) return;
    const { corners, mode, anyByHand } = drawing;
    cancel();
    const [start] = corners;
    const places = new Set(corners.map(({ x, y }) => `${x} ${y}`)).size;
    if (start === undefined || places < 3) {
      context.say(`A polygon has three corners or more, this one ${places}; nothing was drawn.`);
      return;
    }
    const drawn = polygonOfClicks(corners.flatMap(({ x, y }) => [x, y]));
    const polygons = anyByHand ? simplifyPolygons(drawn, screen(HAND_TOLERANCE)) : drawn;
    finishShape(context, { label: 'polygon', polygons, mode, start });
  };
  const takeBack = (): void => {
    const mark = drawing?.marks.pop();
    if (drawing === undefined || mark === undefined) return;
    drawing.corners.length = mark;
    if (mark === 0) cancel();
    else draw();
  };
  return {
    name: 'polygon',
    label: 'Polygon',
    cursor: 'crosshair',
    down: (pointer) => {
      const at = withinReach(pointer, context);
      const [first] = drawing?.corners ?? [];
      if (drawing === undefined || first === undefined) {
        drawing = {
          mode: modeOf(pointer),
          corners: [],
          marks: [],
          pressed: undefined,
          byHand: false,
          anyByHand: false,
        };
      } else if (pointer.clicks > 1 || (drawing.corners.length > 2 && distance(first, at) < screen(CLOSE_REACH))) {
        finish();
        return;
      }
      drawing.marks.push(drawing.corners.length);
      drawing.corners.push(at);
      drawing.pressed = at;
      draw();
    },
    move: (pointer, dragging) => {
      if (drawing === undefined) return;
      const at = withinReach(pointer, context);
      if (dragging && drawing.pressed !== undefined) {
        if (distance(drawing.pressed, at) >= screen(MIN_DRAG)) drawing.byHand = true;
        const last = drawing.corners.at(-1);
        if (drawing.byHand && (last === undefined || distance(last, at) >= screen(HAND_STEP))) drawing.corners.push(at);
        drawing.anyByHand ||= drawing.byHand;
      }
      draw(at);
    },
    up: () => {
      if (drawing === undefined) return;
      // A shape that was drawn in one go is done; after clicks, a part by hand is followed by further corners.
      if (drawing.byHand && drawing.marks.length === 1) finish();
      else {
        drawing.pressed = undefined;
        drawing.byHand = false;
      }
    },
    key: ({ key }) => {
      if (drawing === undefined) return false;
      if (key === 'Enter') finish();
      else if (key === 'Escape') cancel();
      else if (key === 'Backspace' || key === 'Delete') takeBack();
      else return false;
      return true;
    },
    leave: () => draw(),
    cancel,
  };
};
