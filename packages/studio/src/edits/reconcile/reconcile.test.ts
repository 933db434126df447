/** A prediction run anew under corrections of every kind: what stands, what goes, what is listed. */
import { describe, expect, it } from 'vitest';
import type { Change } from '../../protocol/edits.js';
import type { SlideObject } from '../../protocol/objects.js';
import { correctedObjects, EditState } from '../edit-state.js';
import { reconcile } from './reconcile.js';

const box = (id: string, x: number, y: number, side = 100, name = 'glomerulus'): SlideObject => ({
  id,
  class: name,
  polygons: [[[x, y, x + side, y, x + side, y + side, x, y + side]]],
});

const old = [
  box('changed', 0, 0),
  box('deleted', 200, 0),
  box('accepted', 400, 0),
  box('same', 600, 0),
  box('other', 800, 0),
  box('rejected', 0, 800),
];

async function brought(changes: readonly Change[], after: readonly SlideObject[]) {
  const state = new EditState();
  state.apply({ kind: 'change', label: 'before', changes: [...changes] });
  const { changes: made, disagreements } = await reconcile(state, old, after);
  const applied =
    made.length === 0 ? undefined : state.apply({ kind: 'change', label: 'new prediction', changes: [...made] });
  const objects: SlideObject[] = [];
  for await (const object of correctedObjects(after, state.changed)) objects.push(object);
  return { ids: objects.map(({ id }) => id).sort(), objects, disagreements, state, applied };
}

const corrections: readonly Change[] = [
  { kind: 'put', object: box('changed', 10, 10) },
  { kind: 'delete', id: 'deleted' },
  { kind: 'decide', id: 'accepted', decision: 'accepted' },
  { kind: 'decide', id: 'rejected', decision: 'rejected' },
  { kind: 'put', object: box('drawn', 0, 300) },
];

describe('reconcile', () => {
  it('changes nothing for the same prediction', async () => {
    const { ids, disagreements } = await brought(corrections, old);
    expect(ids).toEqual(['accepted', 'changed', 'drawn', 'other', 'rejected', 'same']);
    // The deleted one is found again, and nothing where one was drawn: so it was before, too.
    expect(disagreements.map(({ kind, object }) => [kind, object])).toEqual([
      ['appeared', 'deleted'],
      ['shape', 'changed'],
      ['vanished', 'drawn'],
    ]);
  });

  it('keeps every correction and lets go what lies in its place', async () => {
    const after = [
      box('n1', 12, 8), // where "changed" stands
      box('n2', 205, 0), // where "deleted" was
      box('n3', 420, 10, 70), // where "accepted" stands, much smaller
      box('n4', 600, 0, 100, 'sclerotic'), // in the place of "same", which nobody touched
      box('n5', 5, 300, 100, 'sclerotic'), // where "drawn" stands
      box('n6', 0, 805), // where "rejected" stands
      box('n7', 200, 800), // new
      box('n8', 105, 60, 100), // beside "changed", and over it by a strip
    ];
    const { ids, objects, disagreements } = await brought(corrections, after);
    expect(ids).toEqual(['accepted', 'changed', 'drawn', 'n4', 'n7', 'n8', 'rejected']);
    expect(objects.find(({ id }) => id === 'accepted')).toEqual(box('accepted', 400, 0));
    expect(
      disagreements.map(({ kind, object, predicted, iou }) => [kind, object, predicted?.id, iou?.toFixed(3)]),
    ).toEqual([
      ['appeared', 'deleted', 'n2', '0.905'],
      ['class', 'drawn', 'n5', '0.905'],
      ['shape', 'accepted', 'n3', '0.490'],
    ]);
  });

  it('takes what a complete area holds for right, found and not found', async () => {
    const complete: Change = { kind: 'put', object: box('area', 580, -20, 340, 'complete') };
    const { ids, disagreements } = await brought(
      [complete],
      [box('m1', 603, 0), box('m2', 700, 150, 60), box('m3', 100, 500)],
    );
    expect(ids).toEqual(['area', 'm3', 'other', 'same']);
    expect(disagreements.map(({ kind, object, predicted }) => [kind, object, predicted?.id])).toEqual([
      ['appeared', undefined, 'm2'],
      ['vanished', 'other', undefined],
    ]);
  });

  it('is one step that can be taken back', async () => {
    const after = [box('n1', 12, 8)];
    const { state, applied } = await brought(corrections, after);
    expect(state.undoLabel).toBe('new prediction');
    state.apply({ kind: 'undo' });
    state.apply({ kind: 'undo' });
    expect([...state.changed]).toEqual([]);
    expect(applied?.objects).toContain('accepted');
  });
});
