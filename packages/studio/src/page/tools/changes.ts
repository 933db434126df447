/** What every tool does with the objects it works on: which are meant, what is too small to keep, and the change as it is sent. */
import { MAX_COORDINATE } from '../../geometry/grid.js';
import { areaOf, containsPoint, withoutSpecks } from '../../geometry/measure.js';
import type { Change } from '../../protocol/edits.js';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';
import type { Point, ToolContext, ToolPointer } from './tool.js';

/** Square pixels of the slide: smaller parts and holes are no objects but crumbs of an operation. */
export const MIN_PART_AREA = 1;
/** Square screen pixels: a smaller shape was drawn by a slip of the hand. */
export const MIN_DRAWN_AREA = 16;
/** Parts of one object, as `objectSchema` allows. */
const MAX_PARTS = 10_000;
/** Level-0 pixels beyond the slide at which a pointer is held, so that coordinates stay within the geometry's. */
const MAX_BEYOND = 50_000;

/** `new` makes an object; `add` and `subtract` change the selected one. */
export type Mode = 'new' | 'add' | 'subtract';

export const modeOf = ({ shift, control, alt }: Pick<ToolPointer, 'shift' | 'control' | 'alt'>): Mode =>
  control || alt ? 'subtract' : shift ? 'add' : 'new';

/** A copy that can be sent: the protocol's arrays are not read-only. */
export const put = ({ id, class: className, polygons }: SlideObject): Change => ({
  kind: 'put',
  object: { id, class: className, polygons: polygons.map((rings) => rings.map((ring) => ring.slice())) },
});

export const remove = (id: string): Change => ({ kind: 'delete', id });

/** In the order in which they were selected; what was deleted meanwhile is left out. */
export function selectedObjects(context: ToolContext): SlideObject[] {
  return [...context.selection()].flatMap((id) => context.object(id) ?? []);
}

/** False far beyond the slide, where the geometry knows no places. */
export const contains = (object: SlideObject, { x, y }: Point): boolean =>
  Math.max(Math.abs(x), Math.abs(y)) <= MAX_COORDINATE && containsPoint(object.polygons, x, y);

/** The point, or one nearer to the slide if it lies far beyond it. */
export function withinReach(point: Point, { slide }: ToolContext): Point {
  return {
    x: Math.min(slide.width + MAX_BEYOND, Math.max(-MAX_BEYOND, point.x)),
    y: Math.min(slide.height + MAX_BEYOND, Math.max(-MAX_BEYOND, point.y)),
  };
}

export const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

/** Takes crumbs off and counts them. */
export function withoutCrumbs(polygons: readonly FlatPolygon[]): {
  readonly polygons: readonly FlatPolygon[];
  readonly crumbs: number;
} {
  const kept = withoutSpecks(polygons, MIN_PART_AREA);
  const rings = (all: readonly FlatPolygon[]): number => all.reduce((sum, one) => sum + one.length, 0);
  return { polygons: kept, crumbs: rings(polygons) - rings(kept) };
}

/** Such as "1 part", "3 parts". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const crumbSentence = (crumbs: number): string =>
  crumbs === 0 ? '' : `${counted(crumbs, 'part or hole', 'parts or holes')} of less than one pixel left out.`;

/** For the status line, which would else still say what went wrong before. */
const doneSentence = (drawn: number, changed: number): string =>
  [drawn > 0 ? `${counted(drawn, 'object')} drawn.` : '', changed > 0 ? `${counted(changed, 'object')} changed.` : '']
    .filter((part) => part !== '')
    .join(' ');

/**
 * One step that gives objects their new shapes; an object of which nothing is left is deleted. What is left out is said.
 * @param said a sentence about the step itself, put before the others
 * @returns the objects that are there after it; undefined if nothing was proposed
 */
export function proposeShapes(
  context: ToolContext,
  label: string,
  shapes: readonly SlideObject[],
  also: readonly Change[] = [],
  said = '',
): readonly SlideObject[] | undefined {
  let crumbs = 0;
  const [kept, gone]: [SlideObject[], SlideObject[]] = [[], []];
  for (const shape of shapes) {
    const cleaned = withoutCrumbs(shape.polygons);
    crumbs += cleaned.crumbs;
    (cleaned.polygons.length === 0 ? gone : kept).push({ ...shape, polygons: cleaned.polygons });
  }
  if (kept.some(({ polygons }) => polygons.length > MAX_PARTS)) {
    context.say(`The object would have more than ${MAX_PARTS} parts; draw it as several objects.`);
    return undefined;
  }
  const known = gone.filter(({ id }) => context.object(id) !== undefined);
  const changes = [...kept.map(put), ...known.map(({ id }) => remove(id)), ...also];
  if (changes.length === 0) {
    context.say('The shape is smaller than one pixel of the slide; nothing was drawn.');
    return undefined;
  }
  const drawn = kept.filter(({ id }) => context.object(id) === undefined).length;
  context.propose(label, changes);
  const deleted =
    known.length === 0
      ? ''
      : `Nothing was left of ${counted(known.length, 'object')}, which is deleted; undo brings it back.`;
  const done = said === '' ? doneSentence(drawn, kept.length - drawn) : said;
  context.say([done, deleted, crumbSentence(crumbs)].filter((part) => part !== '').join(' '));
  return kept;
}

export const sameArea = (one: readonly FlatPolygon[], other: readonly FlatPolygon[]): boolean =>
  areaOf(one) === areaOf(other);
