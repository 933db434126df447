/** Rectangle and ellipse: a drag from corner to corner. Shift or Ctrl held at the start adds to the selection or subtracts; Shift pressed later makes it regular. */

import type { Rect } from '@ftuseg/core';
import { ellipse } from '../../../geometry/drawn.js';
import type { FlatPolygon } from '../../../protocol/objects.js';
import { type Mode, modeOf, withinReach } from '../changes.js';
import type { MakeTool, Point, ToolPointer } from '../tool.js';
import { finishShape } from './finish.js';
import { rectangle, rectBetween } from './shapes.js';

/** Screen pixels: a shorter drag was a click. */
const MIN_DRAG = 3;

interface Drag {
  readonly start: Point;
  readonly mode: Mode;
  /** True once Shift was up: from then on it means a square or circle. */
  released: boolean;
}

const boxTool =
  (name: string, label: string, shape: (box: Rect) => readonly FlatPolygon[]): MakeTool =>
  (context) => {
    let drag: Drag | undefined;
    const boxTo = (from: Drag, pointer: ToolPointer): Rect => {
      if (!pointer.shift) from.released = true;
      return rectBetween(from.start, withinReach(pointer, context), pointer.shift && from.released);
    };
    const cancel = (): void => {
      if (drag !== undefined) context.sketch(undefined);
      drag = undefined;
    };
    return {
      name,
      label,
      cursor: 'crosshair',
      down: (pointer) => {
        drag = { start: withinReach(pointer, context), mode: modeOf(pointer), released: !pointer.shift };
      },
      move: (pointer, dragging) => {
        if (drag !== undefined && dragging) context.sketch({ polygons: shape(boxTo(drag, pointer)) });
      },
      up: (pointer) => {
        if (drag === undefined) return;
        const { start, mode } = drag;
        const box = boxTo(drag, pointer);
        cancel();
        if (Math.min(box.width, box.height) < MIN_DRAG * context.pixelsPerScreenPixel()) {
          context.say(`Drag from corner to corner to draw: ${label.toLowerCase()}.`);
        } else finishShape(context, { label: name, polygons: shape(box), mode, start });
      },
      key: ({ key }) => {
        if (key !== 'Escape' || drag === undefined) return false;
        cancel();
        return true;
      },
      cancel,
    };
  };

export const makeRectangle: MakeTool = boxTool('rectangle', 'Rectangle', (box) => [rectangle(box)]);

export const makeEllipse: MakeTool = boxTool('ellipse', 'Ellipse', ({ x, y, width, height }) =>
  ellipse({ x: x + width / 2, y: y + height / 2 }, width / 2, height / 2),
);
