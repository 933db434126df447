/** The review's addresses: the queue in pages, and decisions. */
import { FtuError } from '@ftuseg/core';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { ReviewDecided } from '../../protocol/review.js';
import { reviewDecisionSchema, reviewQuerySchema } from '../../protocol/review.js';
import { type ApiProblem, routes } from '../../protocol/routes.js';
import { decide, stateIn } from '../../review/decide.js';
import { type LiveReview, reviewOf } from '../../review/live-review.js';
import { NO_REVIEW } from '../../review/no-review.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import { measureInBackground } from './background.js';

const problem = (reply: Context, status: ContentfulStatusCode, text: string, hint?: string) =>
  reply.json({ problem: text, hint } satisfies ApiProblem, status);

const sentence = (error: z.ZodError): string => {
  const [first] = error.issues;
  return first === undefined
    ? 'the request is not understood'
    : `${first.path.join('.') || 'the request'}: ${first.message}`;
};

/** Slides are measured from the first request on, in the background. */
export function reviewRoutes(context: StudioContext): Hono {
  const reviews = new Map<string, { readonly prediction: OpenPrediction; readonly review: LiveReview }>();
  const slideOf = (id: string): StudioSlide => {
    const slide = context.slide(id);
    if (slide === undefined) throw new FtuError('not-found', 'there is no such slide');
    return slide;
  };
  const slides = context.slides.map(({ id, row }) => ({ id, name: row.id }));
  const current = (): LiveReview | undefined => {
    const { corrects } = context.session();
    const all = context.predictions();
    const prediction = all.find(({ id }) => id === corrects) ?? all[0];
    if (prediction === undefined) return undefined;
    const known = reviews.get(prediction.id);
    // A job that predicts again opens the folder anew.
    if (known?.prediction === prediction) return known.review;
    const review = reviewOf(
      { slides: () => slides, document: (id) => context.document(slideOf(id)) },
      prediction,
      measureInBackground(context, prediction),
    );
    reviews.set(prediction.id, { prediction, review });
    return review;
  };
  const app = new Hono();
  app.get(routes.review, async (reply) => {
    const query = reviewQuerySchema.safeParse(reply.req.query());
    if (!query.success) return problem(reply, 400, sentence(query.error));
    const { list, offset, limit } = query.data;
    const review = current();
    return reply.json(review === undefined ? NO_REVIEW : await review.page(list, offset, limit));
  });
  app.post(routes.reviewDecisions, async (reply) => {
    const body: unknown = await reply.req.json().catch(() => undefined);
    const asked = reviewDecisionSchema.safeParse(body);
    if (!asked.success) return problem(reply, 400, sentence(asked.error));
    const slide = context.slide(asked.data.slide);
    const item = current()?.item(asked.data.item);
    if (slide === undefined || item === undefined || item.slide !== slide.id) {
      return problem(reply, 404, 'the review has no such item', 'load the page again: the prediction may have changed');
    }
    try {
      const revision = await decide(await context.document(slide), item, asked.data.decision);
      const state = stateIn(await context.document(slide), item);
      return reply.json({ state, revision } satisfies ReviewDecided, 201);
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
      return problem(reply, error.code === 'unavailable' ? 409 : 507, error.problem, error.hint);
    }
  });
  return app;
}
