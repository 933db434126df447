/** Measures over HTTP: `GET /api/slides/ID/objects/OBJECT` of one object, `GET /api/slides/ID/measures` of the slide. */
import { FtuError } from '@ftuseg/core';
import { Hono } from 'hono';
import type { ApiProblem } from '../../protocol/routes.js';
import type { StudioContext } from '../context.js';
import { measuresOfStudio } from './measure-service.js';

/**
 * Routes of measures. An object of another prediction than the one that is corrected is asked for with `?prediction=ID`. What an edit changed is measured on
 * its outline, and `measuredOn` says so.
 */
export function measureRoutes(context: StudioContext): Hono {
  const measures = measuresOfStudio(context);
  const app = new Hono();
  app.onError((error, http) => {
    if (!(error instanceof FtuError)) throw error;
    return http.json({ problem: error.problem, hint: error.hint } satisfies ApiProblem, 500);
  });
  app.get('/api/slides/:slide/objects/:object', async (http) => {
    const missing = (problem: string): Response => http.json({ problem } satisfies ApiProblem, 404);
    const slide = context.slide(http.req.param('slide'));
    if (slide === undefined) return missing('there is no such slide');
    const wanted = http.req.query('prediction');
    const prediction = context.predictions().find(({ id }) => id === wanted);
    if (wanted !== undefined && prediction === undefined) return missing('there is no such prediction');
    const answer = await measures.ofObject(slide, http.req.param('object'), prediction);
    return answer === undefined ? missing('there is no such object on this slide') : http.json(answer);
  });
  app.get('/api/slides/:slide/measures', async (http) => {
    const slide = context.slide(http.req.param('slide'));
    if (slide === undefined) return http.json({ problem: 'there is no such slide' } satisfies ApiProblem, 404);
    return http.json(await measures.ofSlide(slide));
  });
  return app;
}
