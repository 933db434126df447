/** Every error of the server as one sentence and what to do, in JSON, with the status that fits. */
import { FtuError, type FtuErrorCode } from '@ftuseg/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiProblem } from '../protocol/routes.js';

const STATUS: Readonly<Record<FtuErrorCode, ContentfulStatusCode>> = {
  'not-found': 404,
  'bad-input': 422,
  unsupported: 422,
  unavailable: 503,
  io: 500,
  // Nobody reads it: the page has gone on.
  cancelled: 503,
};

export const problem = (c: Context, status: ContentfulStatusCode, sentence: string, hint?: string): Response => {
  const body: ApiProblem = hint === undefined ? { problem: sentence } : { problem: sentence, hint };
  return c.json(body, status);
};

/** What a page may read of an error: paths of the disk stay here. */
export const sentenceOf = (error: unknown): string =>
  error instanceof FtuError ? error.problem : error instanceof Error ? error.message : String(error);

export function answerError(error: unknown, c: Context): Response {
  if (error instanceof FtuError) return problem(c, STATUS[error.code], error.problem, error.hint);
  if (error instanceof HTTPException) return problem(c, error.status as ContentfulStatusCode, error.message);
  return problem(c, 500, `unexpected: ${sentenceOf(error)}`, 'the terminal that started the studio says more');
}
