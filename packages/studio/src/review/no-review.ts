/** The page of a review before there is anything to review, for the server and for a page without one. */
import type { ReviewPage } from '../protocol/review.js';

export const NO_REVIEW: ReviewPage = {
  slides: { total: 0, measured: 0, failed: [] },
  counts: { open: 0, accepted: 0, rejected: 0, fixed: 0, later: 0, objects: 0, ghosts: 0 },
  next: { items: 0, wrong: 0 },
  openWrong: 0,
  estimates: { objects: 0, ghosts: 0, later: 0 },
  notes: ['There is no prediction to review: predict the slides first.'],
  offset: 0,
  items: [],
};
