/** The review beside the slide: one item after the other, decided by a key each; below, what is expected and what was measured. */
import './review.css';
import { useEffect } from 'preact/hooks';
import type { ReviewItem, ReviewPage } from '../../protocol/review.js';
import type { ReviewState } from './review-state.js';
import { drawnText, estimateText, expectationText, kindText, progressText, recallText, stateText } from './words.js';

/** The panel reads the queue again while slides are still being measured. */
const POLL_MILLISECONDS = 1500;

interface Act {
  readonly key: string;
  readonly shown: string;
  readonly label: string;
  readonly act: () => void;
  readonly disabled: boolean;
}

function actsOf(review: ReviewState, item: ReviewItem | undefined): Act[] {
  const none = item === undefined;
  const isGhost = item?.kind === 'ghost';
  return [
    {
      key: 'a',
      shown: 'A',
      label: isGhost ? 'Is an object' : 'Accept',
      act: () => review.decide('accepted'),
      disabled: none,
    },
    {
      key: 'x',
      shown: 'X',
      label: isGhost ? 'Is none' : 'Reject',
      act: () => review.decide('rejected'),
      disabled: none,
    },
    { key: 'e', shown: 'E', label: 'Fix', act: review.fix, disabled: none },
    { key: 'l', shown: 'L', label: 'Later', act: () => review.decide('later'), disabled: none },
    { key: 'arrowleft', shown: '←', label: 'Back', act: () => void review.back(), disabled: !review.canGoBack.value },
    { key: 'arrowright', shown: '→', label: 'Next', act: review.next, disabled: none },
  ];
}

function Progress({ page }: { readonly page: ReviewPage }) {
  const all = page.counts.objects + page.counts.ghosts;
  return (
    <div class="review-progress">
      <progress aria-label="Reviewed" max={Math.max(1, all)} value={all - page.counts.open - page.counts.later} />
      <p>{progressText(page)}</p>
    </div>
  );
}

function Item({ item }: { readonly item: ReviewItem }) {
  return (
    <div class="review-item">
      <h3>{kindText(item)}</h3>
      <p class="muted">
        Slide {item.slideName}
        {item.state !== 'open' && <span class="review-state"> · {stateText[item.state]}</span>}
      </p>
      <ul class="review-reasons">
        {item.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}

function Measured({ page }: { readonly page: ReviewPage }) {
  const { precision, wrong } = page.estimates;
  const rows = [
    { name: 'Precision', title: 'Share of the objects that are real', text: estimateText(precision) },
    {
      name: 'Recall',
      title: 'Share of the real ones that are objects; what the map shows no trace of is not counted',
      text: recallText(page),
    },
    { name: 'To correct', title: 'Share of the objects that were rejected or changed', text: estimateText(wrong) },
  ];
  return (
    <section class="group" aria-labelledby="review-measured">
      <h3 id="review-measured">Measured so far</h3>
      <dl class="measures">
        {rows.map(({ name, title, text }) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">{drawnText(page)} Recall counts what the map shows at least a trace of.</p>
    </section>
  );
}

function Notes({ page }: { readonly page: ReviewPage }) {
  const { failed } = page.slides;
  if (failed.length + page.notes.length === 0) return null;
  return (
    <ul class="review-notes muted">
      {failed.map(({ slide, problem }) => (
        <li key={slide}>
          {slide}: {problem}
        </li>
      ))}
      {page.notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

function emptyText({ busy }: ReviewState, all: number): string {
  if (busy.value) return 'Waiting for the server.';
  return all > 0 ? 'Nothing is left to review.' : 'There is nothing to review.';
}

/** What the review's key gives the focus to. */
export const REVIEW_ID = 'review';

export function ReviewPanel({ review }: { readonly review: ReviewState }) {
  const page = review.page.value;
  const item = review.current.value;
  const acts = actsOf(review, item);
  useEffect(() => {
    void review.start();
    return review.leave;
  }, [review]);
  const reads = page !== undefined && page.slides.measured + page.slides.failed.length < page.slides.total;
  useEffect(() => {
    if (!reads) return undefined;
    const timer = setInterval(() => void review.refresh(), POLL_MILLISECONDS);
    return () => clearInterval(timer);
  }, [reads, review]);
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const found = acts.find((one) => one.key === event.key.toLowerCase());
    if (found === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (!found.disabled && !event.repeat) found.act();
  };
  const all = page === undefined ? 0 : page.counts.objects + page.counts.ghosts;
  return (
    <div class="panel-body">
      <fieldset
        class="review"
        id={REVIEW_ID}
        tabIndex={-1}
        aria-label="Review"
        aria-describedby="review-keys"
        onKeyDown={key}
      >
        {page === undefined ? <p class="muted">Reading the queue …</p> : <Progress page={page} />}
        {item !== undefined && <Item item={item} />}
        {item === undefined && page !== undefined && <p class="review-item">{emptyText(review, all)}</p>}
        {review.problem.value !== undefined && (
          <p class="problem" role="alert">
            {review.problem.value}
          </p>
        )}
        <div class="review-acts">
          {acts.map(({ key: name, shown, label, act, disabled }) => (
            <button
              key={name}
              type="button"
              class="button outlined"
              aria-keyshortcuts={shown}
              disabled={disabled}
              onClick={act}
            >
              {label} <kbd>{shown}</kbd>
            </button>
          ))}
        </div>
        <p class="muted" id="review-keys">
          These keys act while the review has the focus. Q brings it back here, unless you gave it another key.
        </p>
        <p class="visually-hidden" aria-live="polite">
          {review.said.value}
        </p>
      </fieldset>
      {page !== undefined && all > 0 && <p>{expectationText(page)}</p>}
      {page !== undefined && all > 0 && <Measured page={page} />}
      {page !== undefined && <Notes page={page} />}
    </div>
  );
}
