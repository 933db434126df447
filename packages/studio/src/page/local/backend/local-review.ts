/** The review's queue without a server: the same order, the same estimates, over the predictions of this browser. */
import { counted, FtuError, listNames, pixelArea } from '@ftuseg/core';
import { decide, type ReviewDocument, stateIn } from '../../../review/decide.js';
import type { MeasuredItem, MeasuredSlide } from '../../../review/item.js';
import { type KnownItems, type LiveReview, reviewOf } from '../../../review/live-review.js';
import { NO_REVIEW } from '../../../review/no-review.js';
import type { ReviewBackend } from '../../review/review-host.js';
import { sentenceOf } from '../../state/messages.js';
import type { Library, LibrarySlide } from '../slides/library.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { baseOf, pixelSizeOf, readState, storeTransport } from './base.js';

export interface LocalReviewParts {
  readonly library: Library;
  readonly store: Caller<StoreMethods>;
  readonly results: Caller<StoreMethods>;
}

/** A slide's corrections as the review sees them, read anew before every page. */
class StoredDocument implements ReviewDocument {
  readonly #parts: LocalReviewParts;
  readonly #slide: string;
  #known: Awaited<ReturnType<typeof readState>> | undefined;

  constructor(parts: LocalReviewParts, slide: string) {
    this.#parts = parts;
    this.#slide = slide;
  }

  async read(): Promise<void> {
    this.#known = await readState(this.#parts.store, this.#slide);
  }

  get revision(): number {
    return this.#known?.revision ?? 0;
  }

  get changed(): ReviewDocument['changed'] {
    return this.#known?.state.changed ?? new Map();
  }

  get decisions(): ReviewDocument['decisions'] {
    return this.#known?.state.decisions ?? new Map();
  }

  readonly edits: ReviewDocument['edits'] = (after) => this.#known?.edits.slice(after) ?? [];

  readonly append: ReviewDocument['append'] = async (edit, ifMatch) => {
    const { library, store } = this.#parts;
    const kept = (): void => void library.reread(this.#slide);
    const sent = await storeTransport(store, () => library.of(this.#slide), kept).send(edit, ifMatch);
    await this.read();
    if (sent.kind === 'accepted') return { revision: sent.revision, time: Date.now(), edit };
    if (sent.kind === 'refused') throw new FtuError('io', sent.problem.problem, { hint: sent.problem.hint ?? '' });
    throw new FtuError('unavailable', 'another tab changed the slide');
  };
}

export function localReview(parts: LocalReviewParts): ReviewBackend {
  const { library, results } = parts;
  const measured = new Map<string, MeasuredSlide>();
  const failed = new Map<string, string>();
  const documents = new Map<string, StoredDocument>();
  /** Of the predictions that are under review, and when they were finished. */
  let key = '';
  let review: LiveReview | undefined;

  const predicted = (): readonly LibrarySlide[] =>
    library.slides.peek().filter(({ work, record }) => record.facts !== undefined && baseOf(work) !== undefined);
  /** Nobody can judge what cannot be shown. */
  const isAtHand = ({ source }: LibrarySlide): boolean => source !== undefined;
  const awaitedNotes = (): string[] => {
    const awaited = predicted().filter((slide) => !isAtHand(slide));
    if (awaited.length === 0) return [];
    const names = listNames(awaited.map(({ record }) => record.name));
    return [`Not in the queue: ${counted(awaited.length, 'slide')} whose file is not at hand (${names}).`];
  };

  const measure = async (slide: LibrarySlide): Promise<void> => {
    const { id, facts } = slide.record;
    const base = baseOf(slide.work);
    if (measured.has(id) || failed.has(id) || base === undefined || facts === undefined) return;
    const { width, height } = facts;
    const pixelSize = pixelSizeOf(slide);
    const scale = pixelSize === undefined ? {} : { pixelUm2: pixelArea(pixelSize) };
    try {
      measured.set(
        id,
        await results.call('measure', { slide: id, prediction: base.id, size: { width, height }, ...scale }),
      );
    } catch (error) {
      failed.set(id, sentenceOf(error));
    }
  };

  const items = (): readonly MeasuredItem[] => [...measured.values()].flatMap((slide) => slide.items);
  const known: KnownItems = {
    measured: () => measured.size,
    knows: (slide) => (measured.get(slide)?.items.length ?? 0) > 0,
    items,
    item: (id) => items().find((item) => item.id === id),
    failed: () =>
      Array.from(failed, ([slide, problem]) => ({ slide: library.of(slide)?.record.name ?? slide, problem })),
    notes: () => [...awaitedNotes(), ...new Set([...measured.values()].flatMap(({ notes }) => notes))],
  };
  const documentOf = (slide: string): StoredDocument => {
    const before = documents.get(slide) ?? new StoredDocument(parts, slide);
    documents.set(slide, before);
    return before;
  };

  const current = async (): Promise<LiveReview | undefined> => {
    const slides = predicted().filter(isAtHand);
    if (slides.length === 0) return undefined;
    const now = slides.map(({ record, work }) => [record.id, baseOf(work)?.id, baseOf(work)?.finished?.time]);
    if (key !== JSON.stringify(now)) {
      key = JSON.stringify(now);
      for (const one of [measured, failed, documents]) one.clear();
      review = undefined;
    }
    for (const slide of slides) await measure(slide);
    await Promise.all(slides.map(({ record }) => documentOf(record.id).read()));
    const names = slides.map(({ record }) => ({ id: record.id, name: record.name }));
    const [first] = slides;
    const base = baseOf(first?.work);
    review ??= reviewOf(
      { slides: () => names, document: async (slide) => documentOf(slide) },
      { id: base?.id ?? '', name: base?.id ?? '' },
      known,
    );
    return review;
  };

  return {
    page: async ({ list = 'todo', offset = 0, limit = 20 }) => {
      const now = await current();
      if (now !== undefined) return now.page(list, Number(offset), Number(limit));
      const notes = awaitedNotes();
      return notes.length === 0 ? NO_REVIEW : { ...NO_REVIEW, notes };
    },
    decide: async ({ slide, item: id, decision }) => {
      await current();
      const item = known.item(id);
      if (item === undefined || item.slide !== slide) {
        throw new FtuError('not-found', 'the review has no such item', { hint: 'look at the queue again' });
      }
      const document = documentOf(slide);
      const revision = await decide(document, item, decision);
      return { state: stateIn(document, item), revision };
    },
  };
}
