/** What is done to the selected objects without a pointer: merge, fill holes, delete, another class. Each is one step of undo. */
import { fillHoles, union } from '../../../geometry/boolean.js';
import { areaOf } from '../../../geometry/measure.js';
import { COMPLETE_AREA, IGNORED_AREA, isArea, type SlideObject } from '../../../protocol/objects.js';
import { counted, proposeShapes, put, remove, selectedObjects } from '../changes.js';
import type { ToolContext } from '../tool.js';

/** Changes of one edit, as `editSchema` allows. */
const MAX_CHANGES = 100_000;

const tooMany = (context: ToolContext, count: number): boolean => {
  if (count > MAX_CHANGES) context.say(`${count} objects are too many for one step; select ${MAX_CHANGES} at most.`);
  return count > MAX_CHANGES;
};

/** Why there is nothing to do, where a selection is there or not. @param wish such as "select the objects to delete" */
const nothingSelected = (context: ToolContext, wish: string): string =>
  context.selection().size > 0
    ? 'What is selected is still being read, or was deleted; try again in a moment.'
    : `Nothing is selected; ${wish}.`;

const largest = (objects: readonly SlideObject[]): SlideObject | undefined => {
  let [found, best]: [SlideObject | undefined, number] = [undefined, -1];
  for (const object of objects) {
    const area = areaOf(object.polygons);
    if (area > best) [found, best] = [object, area];
  }
  return found;
};

/** Unites the selected objects in the largest of them: it keeps its id, and its class wins. */
export function mergeSelected(context: ToolContext): void {
  const objects = selectedObjects(context);
  const winner = largest(objects);
  if (winner === undefined || objects.length < 2) {
    context.say('Select two objects or more to merge them: click them with Shift.');
    return;
  }
  if (tooMany(context, objects.length)) return;
  const classes = new Set(objects.map((object) => object.class));
  if (classes.size > 1 && [...classes].some(isArea)) {
    context.say('Areas and objects cannot be merged; select objects only, or areas of one kind only.');
    return;
  }
  const polygons = union(objects.flatMap((object) => object.polygons));
  const others = objects.filter(({ id }) => id !== winner.id).map(({ id }) => remove(id));
  const said = [
    classes.size > 1
      ? `${counted(objects.length, 'object')} of ${counted(classes.size, 'class', 'classes')} merged; the largest one's class, ${winner.class}, was kept.`
      : `${counted(objects.length, 'object')} merged.`,
    polygons.length > 1 ? `They do not all touch: it is one object of ${polygons.length} parts.` : '',
  ];
  const kept = proposeShapes(context, 'merge', [{ ...winner, polygons }], others, said.join(' ').trim());
  if (kept !== undefined) context.select(kept.map(({ id }) => id));
}

export function fillSelected(context: ToolContext): void {
  const objects = selectedObjects(context);
  if (objects.length === 0) {
    context.say(nothingSelected(context, 'select the objects whose holes shall be filled'));
    return;
  }
  const holes = (polygons: SlideObject['polygons']): number =>
    polygons.reduce((sum, rings) => sum + rings.length - 1, 0);
  const changed = objects.filter(({ polygons }) => holes(polygons) > 0);
  if (changed.length === 0) {
    context.say('The selected objects have no holes.');
    return;
  }
  if (tooMany(context, changed.length)) return;
  const count = changed.reduce((sum, { polygons }) => sum + holes(polygons), 0);
  const filled = changed.map((object) => ({ ...object, polygons: fillHoles(object.polygons) }));
  proposeShapes(context, 'fill holes', filled, [], `${counted(count, 'hole')} filled.`);
}

export function deleteSelected(context: ToolContext): void {
  const objects = selectedObjects(context);
  if (objects.length === 0) {
    context.say(nothingSelected(context, 'select the objects to delete'));
    return;
  }
  if (tooMany(context, objects.length)) return;
  context.propose(
    'delete',
    objects.map(({ id }) => remove(id)),
  );
  context.select([]);
  context.say(
    `${counted(objects.length, 'object')} deleted; undo brings ${objects.length === 1 ? 'it' : 'them'} back.`,
  );
}

/** A class as a person reads it. */
export const classLabel = (className: string): string =>
  className === COMPLETE_AREA ? 'complete area' : className === IGNORED_AREA ? 'ignored area' : className;

/** Gives the selected objects a class; without a selection nothing changes but what is drawn next, which is the caller's. */
export function changeClass(context: ToolContext, className: string): void {
  const objects = selectedObjects(context).filter((object) => object.class !== className);
  if (objects.length === 0 || tooMany(context, objects.length)) return;
  context.propose(
    'class',
    objects.map((object) => put({ ...object, class: className })),
  );
  context.say(`${counted(objects.length, 'object')} now of class ${classLabel(className)}.`);
}
