/** The review's sentences: what an item is, what was decided, what is expected and what was measured. */
import { counted } from '@ftuseg/core';
import type { Decision } from '../../protocol/objects.js';
import type { ItemState, ReviewItem, ReviewPage, SharedEstimate } from '../../protocol/review.js';

export const kindText = ({ kind, class: name }: ReviewItem): string =>
  kind === 'object' ? `Found: ${name}` : `Dropped by the threshold: ${name}?`;

export const stateText: Readonly<Record<ItemState, string>> = {
  open: 'open',
  accepted: 'accepted',
  rejected: 'rejected',
  fixed: 'fixed',
  later: 'put off',
};

export const decidedWord = ({ kind }: ReviewItem, decision: Decision): string => {
  if (decision === 'later') return 'Put off.';
  if (kind === 'object') return decision === 'accepted' ? 'Accepted.' : 'Rejected.';
  return decision === 'accepted' ? 'Accepted: it is an object now.' : 'Rejected: it is none.';
};

/** @param number of items that were seen, this one included */
export const announcementOf = (item: ReviewItem, number: number): string =>
  [
    `Item ${number}. ${kindText(item)}, slide ${item.slideName}.`,
    `${item.reasons.join('; ')}.`,
    item.state === 'open' ? '' : `It is ${stateText[item.state]}.`,
  ]
    .filter((part) => part.length > 1)
    .join(' ');

const percent = (share: number): string => `${(100 * share).toFixed(share > 0.995 || share < 0.005 ? 0 : 1)} %`;

export const estimateText = (estimate: SharedEstimate | undefined): string =>
  estimate === undefined
    ? 'not known yet'
    : `${percent(estimate.value)} (${percent(estimate.low)} to ${percent(estimate.high)})`;

/** Without candidates no recall will ever be known. */
export const recallText = ({ counts, estimates }: Pick<ReviewPage, 'counts' | 'estimates'>): string =>
  counts.ghosts === 0 ? 'unknown: no candidates' : estimateText(estimates.recall);

/** How many are expected to be wrong: whole numbers, since no model knows tenths of an object. */
export function expectationText({ next, openWrong, counts }: ReviewPage): string {
  if (next.items === 0) return 'Nothing is open.';
  const wrong = Math.round(next.wrong);
  const rest = counts.open > next.items ? ` Of all ${counts.open} open ones: ${Math.round(openWrong)}.` : '';
  return `Expected to be wrong among the next ${next.items}: ${wrong}.${rest}`;
}

export function progressText({ counts, slides }: ReviewPage): string {
  const all = counts.objects + counts.ghosts;
  const done = all - counts.open - counts.later;
  const put = counts.later === 0 ? '' : `, ${counts.later} put off`;
  const reading =
    slides.measured + slides.failed.length < slides.total
      ? ` Slides read so far: ${slides.measured} of ${slides.total}.`
      : '';
  return `${done} of ${all} reviewed${put}.${reading}`;
}

export function drawnText({ estimates: { objects, ghosts, later } }: ReviewPage): string {
  const left = later === 0 ? '' : ` ${later} that were put off are in none of these.`;
  return `From ${counted(objects, 'object')} and ${counted(ghosts, 'candidate')} that were drawn at random (a tenth of all, strewn into the queue), with 95 % intervals.${left}`;
}
