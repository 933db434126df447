/** What the server says of the review: the queue, how far it is, and what the random tenth shows. */
import { z } from 'zod';
import { decisions, type FlatPolygon } from './objects.js';

/** An object that was found, or a candidate that the threshold dropped. */
export type ItemKind = 'object' | 'ghost';

/** `fixed`: its outline was changed. Of a ghost, `accepted` means that it became an object. */
export type ItemState = 'open' | 'accepted' | 'rejected' | 'fixed' | 'later';

/** Says nothing of the order's reasons beyond words: a person who knew what was drawn at random would judge it otherwise. */
export interface ReviewItem {
  readonly id: string;
  readonly slide: string;
  readonly slideName: string;
  readonly kind: ItemKind;
  readonly class: string;
  /** Level-0 pixels. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly state: ItemState;
  /** What speaks most against it (of a ghost: for it), in words. */
  readonly reasons: readonly string[];
  /** Of a ghost, level-0 pixels. */
  readonly polygons?: readonly FlatPolygon[] | undefined;
}

/** A share with its 95 % interval, 0 to 1. */
export interface SharedEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** From the random tenth alone. Unset: nothing of it was judged yet. */
export interface ReviewEstimates {
  /** Judged items of the random tenth. */
  readonly objects: number;
  readonly ghosts: number;
  /** Put off among them: they count nowhere. */
  readonly later: number;
  /** Share of the objects that are real, their outlines aside. */
  readonly precision?: SharedEstimate | undefined;
  /** Share of the objects that were rejected or changed. */
  readonly wrong?: SharedEstimate | undefined;
  /** Share of what is real among objects and ghosts that are objects; never where there are no ghosts. What the map shows no trace of is in neither. */
  readonly recall?: SharedEstimate | undefined;
}

export interface ReviewPage {
  /** The prediction under review; unset: there is none, and nothing to review. */
  readonly prediction?: string | undefined;
  readonly slides: {
    readonly total: number;
    /** Slides whose items are known. */
    readonly measured: number;
    readonly failed: readonly { readonly slide: string; readonly problem: string }[];
  };
  readonly counts: Readonly<Record<ItemState, number>> & { readonly objects: number; readonly ghosts: number };
  /** Among the next open items of the queue: how many there are (at most 100), and how many are expected to be wrong. */
  readonly next: { readonly items: number; readonly wrong: number };
  /** Expected to be wrong among all that is open. */
  readonly openWrong: number;
  readonly estimates: ReviewEstimates;
  /** What is missing or was left out, in sentences. */
  readonly notes: readonly string[];
  readonly offset: number;
  readonly items: readonly ReviewItem[];
}

export const MAX_REVIEW_PAGE = 100;

/** `todo`: what is open, then what was put off, in the queue's order. `done`: what was judged, the last first. */
export const reviewQuerySchema = z.object({
  list: z.enum(['todo', 'done']).default('todo'),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(0).max(MAX_REVIEW_PAGE).default(20),
});
export type ReviewQuery = z.input<typeof reviewQuerySchema>;

export const reviewDecisionSchema = z.object({
  slide: z.string().min(1).max(200),
  item: z.string().min(1).max(64),
  /** `null` takes the decision back. */
  decision: z.enum(decisions).nullable(),
});
export type ReviewDecision = z.output<typeof reviewDecisionSchema>;

export interface ReviewDecided {
  readonly state: ItemState;
  /** Of the slide's document. */
  readonly revision: number;
}
