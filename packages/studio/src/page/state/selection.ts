/** Which objects are selected, and the measures of the one whose card is open. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ObjectMeasures } from '../../protocol/objects.js';
import { type Backend, BackendError } from '../backend/backend.js';
import { sentenceOf } from './messages.js';

export type Card =
  | { readonly state: 'none' }
  | { readonly state: 'loading'; readonly id: string }
  | { readonly state: 'known'; readonly id: string; readonly measures: ObjectMeasures }
  | { readonly state: 'failed'; readonly id: string; readonly problem: string };

export interface SelectionState {
  readonly ids: ReadonlySignal<ReadonlySet<string>>;
  /** The one selected object's; of several there is none. */
  readonly card: ReadonlySignal<Card>;
  readonly select: (ids: Iterable<string>) => void;
  readonly clear: () => void;
  /** Asks again, as after an edit was acknowledged. */
  readonly refresh: () => void;
}

const NONE: Card = { state: 'none' };

export function createSelection(
  backend: Pick<Backend, 'measures'>,
  slide: ReadonlySignal<string | undefined>,
): SelectionState {
  const ids = signal<ReadonlySet<string>>(new Set());
  const card = signal<Card>(NONE);
  let asked = 0;

  const ask = async (where: string, id: string): Promise<void> => {
    asked += 1;
    const mine = asked;
    const before = card.peek();
    if (before.state !== 'known' || before.id !== id) card.value = { state: 'loading', id };
    let next: Card;
    try {
      next = { state: 'known', id, measures: await backend.measures(where, id) };
    } catch (error) {
      const missing = error instanceof BackendError && error.status === 404;
      const problem = missing ? 'Nothing is known of this object yet: it may not be saved.' : sentenceOf(error);
      next = { state: 'failed', id, problem };
    }
    if (mine === asked) card.value = next;
  };
  const refresh = (): void => {
    const [only, ...others] = ids.value;
    const where = slide.value;
    if (where === undefined || only === undefined || others.length > 0) {
      asked += 1;
      card.value = NONE;
    } else void ask(where, only);
  };
  effect(refresh);
  return {
    ids,
    card,
    select: (next) => {
      ids.value = new Set(next);
    },
    clear: () => {
      if (ids.peek().size > 0) ids.value = new Set();
    },
    refresh,
  };
}
