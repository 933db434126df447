/** Windows over one slide: what each shows, what is sent, and that nothing is lost when they meet, or when answers are. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Edit, LoggedEdit } from '../protocol/edits.js';
import type { SlideObject } from '../protocol/objects.js';
import { EditDocument } from './edit-document.js';
import type { EditTransport, SendResult } from './transport.js';

const square = (id: string, x: number): SlideObject => ({
  id,
  class: 'glomerulus',
  polygons: [[[x, 0, x + 10, 0, x + 10, 10, x, 10]]],
});
const put = (object: SlideObject) => [{ kind: 'put', object } as const];

/** A slide's log in memory, which may lose answers or refuse. */
class Store implements EditTransport {
  readonly log: LoggedEdit[] = [];
  /** What happens to the next edits that are sent. */
  readonly next: ('keep' | 'lose the answer' | 'lose the question' | 'refuse')[] = [];
  sent = 0;

  fetch: EditTransport['fetch'] = async (after) => ({ revision: this.log.length, edits: this.log.slice(after) });

  send = async (edit: Edit, ifMatch: number): Promise<SendResult> => {
    this.sent++;
    const fate = this.next.shift() ?? 'keep';
    if (fate === 'lose the question') throw new Error('no network');
    if (fate === 'refuse') return { kind: 'refused', problem: { problem: 'the disk is full' } };
    const revision = this.log.length;
    if (ifMatch !== revision) return { kind: 'conflict', conflict: { revision, missed: this.log.slice(ifMatch) } };
    this.log.push({ revision: revision + 1, time: 0, edit: structuredClone(edit) });
    if (fate === 'lose the answer') throw new Error('no network');
    return { kind: 'accepted', revision: revision + 1 };
  };
}

let store: Store;
beforeEach(() => {
  store = new Store();
});
const open = (): Promise<EditDocument> => EditDocument.open(store, { wait: () => Promise.resolve() });
const stateOf = (document: EditDocument) => Object.fromEntries(document.changed);

describe('a window', () => {
  it('shows edits at once, sends them in order, and shows them again when it is opened anew', async () => {
    const document = await open();
    document.propose('brush', put(square('a', 0)));
    document.propose('brush', put(square('a', 5)));
    document.propose('delete', [{ kind: 'delete', id: 'b' }]);
    document.undo();
    expect([document.status, document.pending.length, document.revision]).toEqual(['saving', 4, 0]);
    expect(stateOf(document)).toEqual({ a: square('a', 5) });
    await document.settled();
    expect([document.status, document.pending.length, document.revision]).toEqual(['saved', 0, 4]);
    const again = await open();
    expect(stateOf(again)).toEqual({ a: square('a', 5) });
    expect([again.undoLabel, again.redoLabel]).toEqual(['brush', 'delete']);
    again.redo();
    again.undo();
    again.undo();
    again.undo();
    again.undo();
    await again.settled();
    expect(stateOf(again)).toEqual({});
    expect(store.log).toHaveLength(8);
  });

  it('misses nothing where it is asked again before the first answer is there', async () => {
    const [document, other] = [await open(), await open()];
    const answers: (() => void)[] = [];
    const { fetch } = store;
    // An answer has what was in the log when it was asked for, and comes late.
    store.fetch = async (after) => {
      const answer = await fetch(after);
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer;
    };
    const refreshes: Promise<void>[] = [];
    for (const id of ['a', 'b']) {
      other.propose('draw', put(square(id, 0)));
      await other.settled();
      refreshes.push(document.refresh());
    }
    await Promise.resolve();
    for (const answer of answers) answer();
    await Promise.all(refreshes);
    expect(Object.keys(stateOf(document))).toEqual(['a', 'b']);
    expect(document.revision).toBe(2);
  });

  it('tells listeners what was touched, and sends what they propose', async () => {
    const document = await open();
    const told: string[][] = [];
    document.onChange(({ objects }) => {
      if (objects.length > 0) told.push([...objects]);
      if (document.status === 'saved' && document.revision === 1) document.propose('echo', put(square('b', 0)));
    });
    document.propose('brush', put(square('a', 0)));
    await document.settled();
    expect(told).toEqual([['a'], ['b']]);
    expect([document.status, store.log.length]).toEqual(['saved', 2]);
  });

  it('sends again what got no answer, once if it had been kept', async () => {
    store.next.push('lose the question', 'lose the question', 'lose the answer', 'keep', 'keep');
    const document = await open();
    document.propose('brush', put(square('a', 0)));
    document.propose('brush', put(square('a', 5)));
    document.undo();
    await document.settled();
    expect(store.log.map(({ edit }) => edit.kind)).toEqual(['change', 'change', 'undo']);
    expect([document.status, document.revision, stateOf(document)]).toEqual(['saved', 3, { a: square('a', 0) }]);
  });

  it('keeps what was refused until it is sent again or given up', async () => {
    store.next.push('refuse');
    const document = await open();
    document.propose('brush', put(square('a', 0)));
    await document.settled();
    expect([document.status, document.problem]).toEqual(['refused', { problem: 'the disk is full' }]);
    document.propose('brush', put(square('b', 0)));
    expect(Object.keys(stateOf(document))).toEqual(['a', 'b']);
    document.retry();
    await document.settled();
    expect([document.status, document.problem, store.log.length]).toEqual(['saved', undefined, 2]);
    store.next.push('refuse');
    document.propose('brush', put(square('c', 0)));
    await document.settled();
    document.discard();
    expect([document.status, document.undoLabel, Object.keys(stateOf(document))]).toEqual([
      'saved',
      'brush',
      ['a', 'b'],
    ]);
  });

  it('says so where the log is not the one that it has read', async () => {
    const document = await open();
    document.propose('brush', put(square('a', 0)));
    await document.settled();
    store.log.length = 0;
    document.propose('brush', put(square('b', 0)));
    await document.settled();
    expect(document.problem?.problem).toBe('the corrections of this slide were replaced by older ones');
  });
});

describe('two windows', () => {
  it('join edits of different objects without a question', async () => {
    const [first, second] = [await open(), await open()];
    first.propose('brush', put(square('a', 0)));
    await first.settled();
    second.propose('brush', put(square('b', 0)));
    second.propose('accept', [{ kind: 'decide', id: 'a', decision: 'accepted' }]);
    await second.settled();
    await first.refresh();
    expect([first.status, second.status, first.revision, second.revision]).toEqual(['saved', 'saved', 3, 3]);
    expect(stateOf(first)).toEqual(stateOf(second));
    expect(first.decisions.get('a')).toBe('accepted');
  });

  it.each([
    ['mine', { a: square('a', 7), other: square('other', 0) }],
    ['theirs', { a: square('a', 3), other: square('other', 0) }],
    ['both', { a: square('a', 3), other: square('other', 0), new: square('new', 7) }],
  ] as const)('offer both shapes of one object, and keep %s', async (choice, expected) => {
    const [first, second] = [await open(), await open()];
    first.propose('brush', put(square('a', 3)));
    await first.settled();
    second.propose('brush', put(square('a', 6)));
    second.propose('brush', [...put(square('a', 7)), ...put(square('other', 0))]);
    await second.settled();
    expect([second.status, second.conflicts]).toEqual([
      'conflict',
      [{ id: 'a', mine: square('a', 7), theirs: square('a', 3) }],
    ]);
    // Mine is shown meanwhile, and nothing was sent.
    expect([stateOf(second).a, store.log.length]).toEqual([square('a', 7), 1]);
    second.resolve('a', choice);
    await second.settled();
    const found = stateOf(second);
    const renamed = Object.entries(found).map(([id, object]) =>
      id in expected ? [id, object] : ['new', object && { ...object, id: 'new' }],
    );
    expect(Object.fromEntries(renamed)).toEqual(expected);
    expect([second.status, second.conflicts]).toEqual(['saved', []]);
    expect(stateOf(await open())).toEqual(found);
  });

  it('do not undo what the other did', async () => {
    const [first, second] = [await open(), await open()];
    first.propose('brush', put(square('mine', 0)));
    await first.settled();
    await second.refresh();
    second.propose('brush', put(square('theirs', 0)));
    await second.settled();
    first.undo();
    await first.settled();
    expect(Object.keys(stateOf(first))).toEqual(['mine', 'theirs']);
    expect(first.note).toContain('undo again if it is still wanted');
    // An undo of an edit that waited with it still holds.
    second.propose('brush', put(square('third', 0)));
    await second.settled();
    first.propose('brush', put(square('fourth', 0)));
    first.undo();
    await first.settled();
    expect([Object.keys(stateOf(first)), first.note]).toEqual([['mine', 'theirs', 'third'], undefined]);
  });

  it('end in one state after any edits in any order, with every shape that was kept in the log', async () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const windows = [await open(), await open(), await open()];
    for (let i = 0; i < 300; i++) {
      const window = windows[random(3)];
      const kind = random(6);
      if (kind === 0) window?.undo();
      else if (kind === 1) window?.redo();
      else window?.propose('brush', put(square(`o${random(5)}`, i)));
      if (random(3) === 0)
        store.next.push((['lose the question', 'lose the answer', 'keep'] as const)[random(3)] ?? 'keep');
      if (random(4) === 0) await window?.settled();
      for (const { id } of window?.conflicts ?? [])
        window?.resolve(id, (['mine', 'theirs', 'both'] as const)[random(3)] ?? 'mine');
    }
    for (let round = 0; round < 20; round++) {
      for (const window of windows) {
        await window.settled();
        for (const { id } of window.conflicts) window.resolve(id, 'both');
      }
    }
    for (const window of windows) await window.refresh();
    const states = windows.map(stateOf);
    expect(windows.map(({ status }) => status)).toEqual(['saved', 'saved', 'saved']);
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
    expect(stateOf(await open())).toEqual(states[0]);
  });
});
