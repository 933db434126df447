/** Packed outlines over HTTP: the index, chunks and coverage of a layer, each with an entity tag of the layer's content. */
import { FtuError } from '@ftuseg/core';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { ApiProblem } from '../../protocol/routes.js';
import type { OutlineLayer } from '../../protocol/slides.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { answerError } from '../problem.js';
import { type OpenLayer, OutlineStore } from './outline-store.js';

const number = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number);
const levelSchema = z
  .string()
  .regex(/^\d{1,2}$/)
  .transform(Number);

/** How long a slide's description waits for layers that are not packed yet, milliseconds. */
const PATIENCE = 2_000;

const stores = new WeakMap<StudioContext, OutlineStore>();

/** The packed outlines of a studio. */
function storeOf(context: StudioContext): OutlineStore {
  const known = stores.get(context);
  if (known !== undefined) return known;
  const store = new OutlineStore(context);
  stores.set(context, store);
  return store;
}

/**
 * The sets of outlines of a slide, for its description.
 * @returns a layer that is not made yet, or takes long to be counted, has no number of objects
 */
export const outlineLayersOf = (context: StudioContext, slide: StudioSlide): Promise<OutlineLayer[]> =>
  storeOf(context).describe(slide, PATIENCE);

export function outlineRoutes(context: StudioContext): Hono {
  const store = storeOf(context);
  const app = new Hono();
  app.onError(answerError);
  const missing = (http: Context, problem: string): Response => http.json({ problem } satisfies ApiProblem, 404);
  const wrong = (http: Context, problem: string): Response => http.json({ problem } satisfies ApiProblem, 400);

  /** Answers with what `read` gives, or that the page has it already. */
  async function answer(
    http: Context,
    name: string,
    read: (layer: OpenLayer) => Promise<ArrayBuffer | undefined>,
  ): Promise<Response> {
    const slide = context.slide(http.req.param('slide') ?? '');
    if (slide === undefined) return missing(http, 'there is no such slide');
    const layer = await store.layer(slide, http.req.param('layer') ?? '');
    if (layer === undefined) return missing(http, 'the slide has no such outlines');
    const tag = `"${layer.version}-${name.replaceAll(' ', '-')}"`;
    const headers = { ETag: tag, 'Cache-Control': 'private, no-cache' };
    if (http.req.header('If-None-Match') === tag) return http.body(null, 304, headers);
    const body = await read(layer).catch((error: unknown) => {
      if (!(error instanceof FtuError && error.code === 'not-found')) throw error;
      layer.forget();
      const hint = 'it is packed again when it is next asked for';
      throw new FtuError('unavailable', 'the file of the packed outlines was deleted', { hint, cause: error });
    });
    if (body === undefined) return missing(http, `the outlines have no ${name}`);
    return http.body(body, 200, { ...headers, 'Content-Type': 'application/octet-stream' });
  }

  app.get('/api/slides/:slide/outlines/:layer/index', (http) =>
    answer(http, 'index', async ({ packed }) => packed.indexBuffer),
  );
  app.get('/api/slides/:slide/outlines/:layer/chunks/:chunk', (http) => {
    const chunk = number.safeParse(http.req.param('chunk'));
    if (!chunk.success) return wrong(http, 'a chunk is a whole number from 0');
    return answer(http, `chunk ${chunk.data}`, ({ packed }) => packed.chunkBuffer(chunk.data));
  });
  app.get('/api/slides/:slide/outlines/:layer/coverage/:level/:tile', (http) => {
    const [x = '', y = '', ...rest] = http.req.param('tile').split('_');
    const place = z
      .object({ level: levelSchema, x: number, y: number })
      .safeParse({ level: http.req.param('level'), x, y });
    if (!place.success || rest.length > 0) return wrong(http, 'a tile is named LEVEL/X_Y, in whole numbers from 0');
    const { data } = place;
    return answer(http, `coverage ${data.level} ${data.x} ${data.y}`, (layer) => store.coverage(layer, data));
  });
  return app;
}
