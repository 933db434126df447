/** A slide in memory for tests of tools: its objects, what was proposed, and undo by the same state as the page's. */
import { emptyRaster, type Raster, type Rect } from '@ftuseg/core';
import { EditState } from '../../src/edits/edit-state.js';
import type { Sketch, Tool, ToolContext, ToolPointer } from '../../src/page/tools/tool.js';
import type { Change } from '../../src/protocol/edits.js';
import type { SlideObject } from '../../src/protocol/objects.js';
import { areaByShoelace, boxByCorners, isInside } from './independent.js';

export interface FakeOptions {
  readonly width?: number;
  readonly height?: number;
  readonly objects?: readonly SlideObject[];
  /** Level-0 pixels per screen pixel. */
  readonly scale?: number;
  readonly brush?: number;
  readonly pixels?: (rect: Rect, downsample: number) => Promise<Raster>;
}

export interface FakeContext extends ToolContext {
  readonly proposals: { readonly label: string; readonly changes: readonly Change[] }[];
  readonly said: string[];
  readonly sketches: (Sketch | undefined)[];
  /** Of the corrected state, in no order. */
  readonly objects: () => readonly SlideObject[];
  readonly undo: () => void;
  readonly redo: () => void;
}

export function fakeContext(options: FakeOptions = {}): FakeContext {
  const { width = 1000, height = 800, objects = [], scale = 1, brush = 10 } = options;
  const state = new EditState();
  const proposals: FakeContext['proposals'] = [];
  const said: string[] = [];
  const sketches: FakeContext['sketches'] = [];
  let selection: ReadonlySet<string> = new Set();
  const base = new Map(objects.map((object) => [object.id, object]));
  const all = (): readonly SlideObject[] => [
    ...[...base.values()].filter(({ id }) => !state.changed.has(id)),
    ...[...state.changed.values()].flatMap((object) => object ?? []),
  ];
  const object = (id: string): SlideObject | undefined =>
    state.changed.has(id) ? (state.changed.get(id) ?? undefined) : base.get(id);
  const objectAt: ToolContext['objectAt'] = ({ x, y }) =>
    all()
      .filter((one) => isInside(one.polygons, x, y))
      .sort((one, other) => areaByShoelace(one.polygons) - areaByShoelace(other.polygons))[0];
  return {
    slide: { width, height },
    pixelsPerScreenPixel: () => scale,
    objectAt,
    idAt: (point) => objectAt(point)?.id,
    within: (rect) =>
      all().filter(({ polygons }) => {
        const box = boxByCorners(polygons);
        const [right, bottom] = [box.x + box.width, box.y + box.height];
        return box.x >= rect.x && box.y >= rect.y && right <= rect.x + rect.width && bottom <= rect.y + rect.height;
      }),
    objectsIn: (rect) =>
      all().filter(({ polygons }) => {
        const box = boxByCorners(polygons);
        return (
          box.x <= rect.x + rect.width &&
          rect.x <= box.x + box.width &&
          box.y <= rect.y + rect.height &&
          rect.y <= box.y + box.height
        );
      }),
    object,
    selection: () => selection,
    select: (ids) => {
      selection = new Set(ids);
    },
    activeClass: () => 'glomerulus',
    brushRadius: () => brush,
    pixels: options.pixels ?? (async (rect) => emptyRaster(rect.width, rect.height, 3)),
    propose: (label, changes) => {
      proposals.push({ label, changes });
      state.apply({ kind: 'change', label, changes: [...changes] });
    },
    sketch: (sketch) => void sketches.push(sketch),
    say: (sentence) => void said.push(sentence),
    proposals,
    said,
    sketches,
    objects: all,
    undo: () => void state.apply({ kind: 'undo' }),
    redo: () => void state.apply({ kind: 'redo' }),
  };
}

export const pointer = (x: number, y: number, held: Partial<ToolPointer> = {}): ToolPointer => ({
  x,
  y,
  shift: false,
  control: false,
  alt: false,
  pressure: 0.5,
  clicks: 1,
  ...held,
});

export function click(tool: Tool, x: number, y: number, held: Partial<ToolPointer> = {}): void {
  tool.down(pointer(x, y, held));
  tool.up(pointer(x, y, held));
}

/** Presses at the first place, moves over the others, and lets go at the last. */
export function drag(
  tool: Tool,
  places: readonly (readonly [x: number, y: number])[],
  held: Partial<ToolPointer> = {},
): void {
  const [[x0, y0] = [0, 0]] = places;
  const [x1, y1] = places.at(-1) ?? [x0, y0];
  tool.down(pointer(x0, y0, held));
  for (const [x, y] of places.slice(1)) tool.move(pointer(x, y, held), true);
  tool.up(pointer(x1, y1, held));
}

export const press = (tool: Tool, key: string): boolean => tool.key?.({ key, shift: false, control: false }) ?? false;

export const square = (id: string, x: number, y: number, side: number, className = 'glomerulus'): SlideObject => ({
  id,
  class: className,
  polygons: [[[x, y, x + side, y, x + side, y + side, x, y + side]]],
});
