/** What the review asks of the page around it, and of whoever keeps the queue: the panel knows neither the viewer nor the server. */
import type { FlatPolygon } from '../../protocol/objects.js';
import type { ReviewDecided, ReviewDecision, ReviewItem, ReviewPage, ReviewQuery } from '../../protocol/review.js';
import { routes } from '../../protocol/routes.js';
import { createAsk, createRequest, type RequestOptions } from '../backend/requests.js';

export interface ReviewBackend {
  readonly page: (query: ReviewQuery) => Promise<ReviewPage>;
  /** @throws {BackendError} for a decision that could not be kept */
  readonly decide: (decision: ReviewDecision) => Promise<ReviewDecided>;
}

export interface ReviewHost {
  /** Opens the slide if it is not open, and shows the item with what is around it, selected and outlined. */
  readonly show: (item: ReviewItem, outline: readonly FlatPolygon[] | undefined) => void;
  /** Nothing is outlined any more. */
  readonly hide: () => void;
  /** Gives the object to the tools, and the focus to the slide. */
  readonly fix: (item: ReviewItem) => void;
  /** A decision was kept: the open slide's edits are one more. */
  readonly decided: (slide: string) => void;
}

/** The queue of the server. Answers come from the same build of the same package, so their shape is trusted. */
export function httpReview(options: RequestOptions = {}): ReviewBackend {
  const request = createRequest(createAsk(options));
  return {
    page: async (query) => {
      const words = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
      return (await request(`${routes.review}?${new URLSearchParams(words)}`)).json();
    },
    decide: async (decision) => {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify(decision);
      return (await request(routes.reviewDecisions, { method: 'POST', headers, body })).json();
    },
  };
}
