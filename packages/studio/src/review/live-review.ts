/** The review of the prediction that corrections begin from, kept up to date with its documents. */
import { mixSeeds } from '@ftuseg/core';
import type { ItemState, ReviewItem, ReviewPage } from '../protocol/review.js';
import {
  bookReasons,
  isWorthRefitting,
  judgedOf,
  type ReviewBook,
  type ReviewSet,
  reviewBook,
  reviewSet,
} from './book.js';
import { type ChanceModels, refitted } from './chance.js';
import { type ReviewDocument, stateIn } from './decide.js';
import type { MeasuredItem } from './item.js';
import { priorModels } from './prior.js';
import { hashText } from './tenth.js';

/** Items of slides, which become known one after another. */
export interface KnownItems {
  /** Goes up with every slide that becomes known. */
  readonly measured: () => number;
  /** Whether the slide has items. */
  readonly knows: (slide: string) => boolean;
  readonly items: () => readonly MeasuredItem[];
  readonly item: (id: string) => MeasuredItem | undefined;
  readonly failed: () => readonly { readonly slide: string; readonly problem: string }[];
  readonly notes: () => readonly string[];
}

export interface ReviewContext {
  /** Opaque ids and names. */
  readonly slides: () => readonly { readonly id: string; readonly name: string }[];
  /** The same object as long as the prediction is the same; it knows its revision. */
  readonly document: (slide: string) => Promise<ReviewDocument>;
}

export interface LiveReview {
  /** Also of those that are too small to be in the queue by now: somebody may have one before her. */
  readonly item: (id: string) => MeasuredItem | undefined;
  readonly page: (list: 'todo' | 'done', offset: number, limit: number) => Promise<ReviewPage>;
}

/** @param prediction its id, and the name that the random tenth is drawn by */
export function reviewOf(
  context: ReviewContext,
  prediction: { readonly id: string; readonly name: string },
  background: KnownItems,
): LiveReview {
  const seed = mixSeeds(hashText(prediction.name), 20);
  const documents = new Map<string, ReviewDocument>();
  let set: ReviewSet | undefined;
  let known = -1;
  let models: ChanceModels = priorModels;
  let fitted = 0;
  let book: ReviewBook | undefined;
  let revisions = '';

  const stateOf = (id: string): ItemState => {
    const item = set?.items.get(id);
    const document = item === undefined ? undefined : documents.get(item.slide);
    return item === undefined || document === undefined ? 'open' : stateIn(document, item);
  };

  const upToDate = async (): Promise<ReviewBook> => {
    for (const { id } of context.slides()) {
      if (background.knows(id) && !documents.has(id)) documents.set(id, await context.document(id));
    }
    const measured = background.measured();
    const grown = set === undefined || measured !== known;
    if (set === undefined || grown) set = reviewSet(background.items(), seed);
    known = measured;
    const now = Array.from(documents.values(), ({ revision }) => revision).join(' ');
    if (book !== undefined && !grown && now === revisions) return book;
    revisions = now;
    const judged = judgedOf(set, stateOf);
    if (grown || isWorthRefitting(judged.length, fitted)) {
      models = refitted(priorModels, judged);
      fitted = judged.length;
    }
    book = reviewBook(set, stateOf, models, seed);
    return book;
  };

  /** What was judged, the last first. */
  const doneOf = ({ set: { items } }: ReviewBook): string[] => {
    const times = new Map<string, number>();
    for (const document of documents.values()) {
      for (const { edit, time } of document.edits(0)) {
        if (edit.kind !== 'change') continue;
        for (const one of edit.changes) times.set(one.kind === 'put' ? one.object.id : one.id, time);
      }
    }
    return [...items.keys()]
      .filter((id) => !['open', 'later'].includes(stateOf(id)))
      .sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || (a < b ? -1 : 1));
  };

  const shown = (current: ReviewBook, id: string): ReviewItem[] => {
    const item = current.set.items.get(id);
    if (item === undefined) return [];
    const { slide, kind, class: name, box, polygons } = item;
    const slideName = context.slides().find(({ id }) => id === slide)?.name ?? slide;
    return [
      { id, slide, slideName, kind, class: name, box, state: stateOf(id), reasons: bookReasons(current, id), polygons },
    ];
  };

  return {
    item: background.item,
    page: async (list, offset, limit) => {
      const current = await upToDate();
      const { counts, next, openWrong, estimates, todo } = current;
      const ids = (list === 'todo' ? todo : doneOf(current)).slice(offset, offset + limit);
      return {
        prediction: prediction.id,
        slides: { total: context.slides().length, measured: background.measured(), failed: background.failed() },
        counts,
        next,
        openWrong,
        estimates,
        notes: background.notes(),
        offset,
        items: ids.flatMap((id) => shown(current, id)),
      };
    },
  };
}
