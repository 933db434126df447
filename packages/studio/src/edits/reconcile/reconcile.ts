/**
 * A prediction run anew under a person's corrections: what she drew, changed, accepted, rejected or marked as complete stands, the new objects in
 * its place are left out, and where the two disagree is listed. The outcome is one step, which can be undone like any other.
 */
import { boxOf } from '../../geometry/measure.js';
import type { Disagreement } from '../../protocol/disagreements.js';
import type { Change } from '../../protocol/edits.js';
import { COMPLETE_AREA, isArea, type SlideObject } from '../../protocol/objects.js';
import { isSame } from '../conflicts.js';
import type { EditState } from '../edit-state.js';
import { type Overlap, OverlapIndex } from './overlap.js';

/** A new object is taken for one that stands where they share this much of the smaller one's area. */
export const MIN_SHARED = 0.2;
/** Outlines of one object disagree below this intersection over union. */
export const MIN_IOU = 0.8;
/** An object lies within an area that was marked as complete with this much of its own. */
export const MIN_WITHIN = 0.5;

export interface Reconciled {
  /** Over the new prediction, after the edits before. */
  readonly changes: readonly Change[];
  readonly disagreements: readonly Disagreement[];
}

/**
 * @param state of the edits so far
 * @param before the prediction's objects that they were made on
 * @param after the new prediction's
 */
export async function reconcile(
  state: Pick<EditState, 'changed' | 'decisions'>,
  before: AsyncIterable<SlideObject> | Iterable<SlideObject>,
  after: AsyncIterable<SlideObject> | Iterable<SlideObject>,
): Promise<Reconciled> {
  const { standing, deleted, areas } = await sortOut(state, before);
  const [stands, gone, complete] = [standing, deleted, areas].map((objects) => new OverlapIndex(objects));
  const changes: Change[] = [];
  const disagreements: Disagreement[] = [];
  const matches = new Map<string, { readonly predicted: SlideObject; readonly iou: number }>();
  const unchanged = new Set<string>();
  for await (const predicted of after) {
    const isEdited = state.changed.has(predicted.id);
    const replacedBy = shared(stands?.overlapping(predicted.polygons) ?? []);
    for (const { object, iou } of replacedBy) {
      if (iou > (matches.get(object.id)?.iou ?? 0)) matches.set(object.id, { predicted, iou });
    }
    if (replacedBy.some(({ object }) => object.id === predicted.id && isSame(object, shapeOf(predicted)))) {
      unchanged.add(predicted.id);
      continue;
    }
    const leaveOut = (): void => {
      if (!isEdited) changes.push({ kind: 'delete', id: predicted.id });
    };
    if (replacedBy.length > 0) {
      leaveOut();
      continue;
    }
    const [again] = shared(gone?.overlapping(predicted.polygons) ?? []);
    const isWithin = (complete?.overlapping(predicted.polygons) ?? []).some(({ share }) => share >= MIN_WITHIN);
    if (again === undefined && !isWithin) continue;
    leaveOut();
    disagreements.push({ kind: 'appeared', object: again?.object.id, ...pictureOf(predicted, again?.iou) });
  }
  for (const object of standing) {
    if (!state.changed.has(object.id) && !unchanged.has(object.id)) changes.push({ kind: 'put', object });
    const match = matches.get(object.id);
    if (state.decisions.get(object.id) === 'rejected') continue;
    if (match === undefined) disagreements.push({ kind: 'vanished', object: object.id, box: boxOf(object.polygons) });
    else if (match.predicted.class !== object.class) {
      disagreements.push({ kind: 'class', object: object.id, ...pictureOf(match.predicted, match.iou) });
    } else if (match.iou < MIN_IOU) {
      disagreements.push({ kind: 'shape', object: object.id, ...pictureOf(match.predicted, match.iou) });
    }
  }
  return { changes, disagreements };
}

const shared = (overlaps: readonly Overlap[]): Overlap[] =>
  overlaps.filter(({ shareOfSmaller }) => shareOfSmaller >= MIN_SHARED);

/** Without whatever else a reader gives with an object. */
const shapeOf = ({ id, class: name, polygons }: SlideObject): SlideObject => ({ id, class: name, polygons });

const pictureOf = (
  predicted: SlideObject,
  iou: number | undefined,
): Pick<Disagreement, 'predicted' | 'iou' | 'box'> => ({
  predicted: shapeOf(predicted),
  iou,
  box: boxOf(predicted.polygons),
});

interface Sorted {
  /** Objects that a person drew, changed, accepted or rejected, or that lie in a complete area; no areas. */
  readonly standing: readonly SlideObject[];
  /** As they were before they were deleted. */
  readonly deleted: readonly SlideObject[];
  readonly areas: readonly SlideObject[];
}

async function sortOut(
  { changed, decisions }: Pick<EditState, 'changed' | 'decisions'>,
  before: AsyncIterable<SlideObject> | Iterable<SlideObject>,
): Promise<Sorted> {
  const edited = [...changed.values()].filter((object) => object !== null);
  const areas = edited.filter((object) => object.class === COMPLETE_AREA);
  const complete = new OverlapIndex(areas);
  const standing = edited.filter((object) => !isArea(object.class));
  const deleted: SlideObject[] = [];
  for await (const given of before) {
    const object = shapeOf(given);
    const now = changed.get(object.id);
    if (now === null) deleted.push(object);
    if (now !== undefined) continue;
    const decision = decisions.get(object.id);
    const isDecided = decision === 'accepted' || decision === 'rejected';
    const isWithin = (): boolean => complete.overlapping(object.polygons).some(({ share }) => share >= MIN_WITHIN);
    if (isDecided || isWithin()) standing.push(object);
  }
  return { standing, deleted, areas };
}
