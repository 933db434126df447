/** Where a person stands in the review: the item before her, those she has seen, and those that come. Decisions are sent in order, while she goes on. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Decision } from '../../protocol/objects.js';
import type { ItemState, ReviewItem, ReviewPage } from '../../protocol/review.js';
import type { ReviewBackend, ReviewHost } from './review-host.js';
import { announcementOf, decidedWord } from './words.js';

export interface ReviewState {
  /** What the server last said; undefined: nothing yet. */
  readonly page: ReadonlySignal<ReviewPage | undefined>;
  readonly current: ReadonlySignal<ReviewItem | undefined>;
  readonly canGoBack: ReadonlySignal<boolean>;
  readonly busy: ReadonlySignal<boolean>;
  /** For the screen reader. */
  readonly said: ReadonlySignal<string>;
  readonly problem: ReadonlySignal<string | undefined>;
  /** Reads the queue; shows the first item if none is shown. */
  readonly start: () => Promise<void>;
  /** Counts and estimates; the item stays. */
  readonly refresh: () => Promise<void>;
  readonly decide: (decision: Decision) => void;
  readonly fix: () => void;
  readonly next: () => void;
  readonly back: () => Promise<void>;
  readonly leave: () => void;
  /** What edits made of an object meanwhile. */
  readonly changed: (id: string, state: ItemState) => void;
}

/** Items that are known before they are needed, so that nobody waits for an answer. */
const AHEAD = 40;
const BEFORE = 50;

const problemText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createReview(backend: ReviewBackend, host: ReviewHost): ReviewState {
  const page = signal<ReviewPage | undefined>(undefined);
  const current = signal<ReviewItem | undefined>(undefined);
  const canGoBack = signal(false);
  const busy = signal(false);
  const said = signal('');
  const problem = signal<string | undefined>(undefined);
  /** Items in the order in which they were seen; the current one is at `at`. */
  let trail: ReviewItem[] = [];
  let at = -1;
  let ahead: readonly ReviewItem[] = [];
  let readBefore = false;
  let sending: Promise<unknown> = Promise.resolve();
  let unsent = 0;
  /** What was decided last, where no item has come after it yet. */
  let unsaid = '';

  const show = (place: number, before = ''): void => {
    at = place;
    const item = trail[place];
    current.value = item;
    canGoBack.value = place > 0 || !readBefore;
    if (item === undefined) {
      host.hide();
      unsaid = before;
      said.value = `${before} ${unsent > 0 ? 'Waiting for the server.' : 'Nothing is left to review.'}`.trim();
      return;
    }
    host.show(
      item,
      item.state === 'open' || item.state === 'later' || item.state === 'rejected' ? item.polygons : undefined,
    );
    // Without its number, two items that are alike would be one announcement.
    said.value = `${before} ${announcementOf(item, place + 1)}`.trim();
  };
  const set = (id: string, state: ItemState): void => {
    trail = trail.map((item) => (item.id === id ? { ...item, state } : item));
    if (current.peek()?.id === id) current.value = trail[at];
  };
  const read = async (): Promise<void> => {
    try {
      const answer = await backend.page({ list: 'todo', limit: AHEAD });
      problem.value = undefined;
      page.value = answer;
      ahead = answer.items;
    } catch (error) {
      problem.value = problemText(error);
    }
  };
  const unseen = (): number => ahead.filter(({ id }) => !trail.some((item) => item.id === id)).length;
  /** What comes after what was seen: open items first, then one that was put off before. */
  const comes = (): ReviewItem | undefined => {
    const seen = new Map(trail.map((item) => [item.id, item.state]));
    const open = ahead.find(
      (item) => item.state === 'open' && (seen.get(item.id) ?? 'open') === 'open' && item.id !== current.peek()?.id,
    );
    if (open !== undefined) return open;
    return ahead.find((item) => item.state === 'later' && item.id !== current.peek()?.id);
  };
  const forward = (before = ''): void => {
    if (at + 1 < trail.length) {
      show(at + 1, before);
      return;
    }
    const item = comes();
    if (item !== undefined) trail = [...trail.filter(({ id }) => id !== item.id), item];
    show(item === undefined ? trail.length : trail.length - 1, before);
  };
  const send = (item: ReviewItem, decision: Decision | null, then?: () => void): void => {
    unsent++;
    busy.value = true;
    sending = sending.then(async () => {
      try {
        const { state } = await backend.decide({ slide: item.slide, item: item.id, decision });
        set(item.id, state);
        host.decided(item.slide);
        then?.();
      } catch (error) {
        set(item.id, item.state);
        problem.value = `Not kept: ${problemText(error)}`;
        said.value = problem.value;
        const place = trail.findIndex(({ id }) => id === item.id);
        if (place >= 0) show(place, problem.value);
      }
      unsent--;
      if (unsent === 0 || unseen() < AHEAD / 2) await read();
      busy.value = unsent > 0;
      if (current.peek() === undefined && (ahead.length > 0 || unsent === 0)) forward(unsaid);
    });
  };
  const decide = (decision: Decision): void => {
    const item = current.peek();
    if (item === undefined) return;
    problem.value = undefined;
    set(item.id, decision === 'accepted' && item.state === 'fixed' ? 'fixed' : decision);
    send(item, decision);
    forward(decidedWord(item, decision));
  };
  return {
    page,
    current,
    canGoBack,
    busy,
    said,
    problem,
    start: async () => {
      await read();
      if (current.peek() !== undefined) show(at);
      else if (ahead.length > 0) forward();
    },
    refresh: async () => {
      if (unsent > 0) return;
      await read();
      if (current.peek() === undefined && ahead.length > 0) forward(unsaid);
    },
    decide,
    fix: () => {
      const item = current.peek();
      if (item === undefined) return;
      // Tools know objects: a candidate, or what was rejected, becomes one first.
      const isObject = item.state === 'accepted' || (item.kind === 'object' && item.state !== 'rejected');
      if (!isObject) send(item, 'accepted', () => host.fix(item));
      else host.fix(item);
      said.value = 'Change it with the tools, then come back to the review.';
    },
    next: () => forward(),
    back: async () => {
      if (at > 0) {
        show(at - 1);
        return;
      }
      if (readBefore) return;
      readBefore = true;
      await sending;
      try {
        const seen = new Set(trail.map(({ id }) => id));
        const before = (await backend.page({ list: 'done', limit: BEFORE })).items.filter(({ id }) => !seen.has(id));
        trail = [...before.toReversed(), ...trail];
        at += before.length;
      } catch (error) {
        readBefore = false;
        problem.value = problemText(error);
      }
      if (at > 0) show(at - 1);
      else canGoBack.value = false;
    },
    leave: () => host.hide(),
    changed: set,
  };
}
