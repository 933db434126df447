/** Edits over HTTP: read from a revision on, and added under the revision that the writer has seen (RFC 9110, If-Match). */

import type { ReadableStream } from 'node:stream/web';
import { FtuError } from '@ftuseg/core';
import { systemCode } from '@ftuseg/files';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { editSchema } from '../../protocol/edits.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { answerError, problem } from '../problem.js';
import { EditConflictError } from './conflict-error.js';
import { correctedGeoJson } from './export/corrected-geojson.js';
import { correctedObjects } from './export/corrected-objects.js';
import { exportCorrections, exportSchema } from './export/export-corrections.js';

/** A revision, as an entity tag. */
const TAG = /^"(0|[1-9]\d{0,14})"$/;
const after = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).catch(0);

/** Codes of a disk, a quota or a file that is full. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * `GET` and `POST /api/slides/ID/edits`, `GET /api/slides/ID/disagreements`, `GET /api/slides/ID/corrected.geojson`, `GET /api/slides/ID/corrected.csv`,
 * `POST /api/export`.
 */
export function editRoutes(context: StudioContext): Hono {
  const app = new Hono();
  const slideOf = (c: Context): StudioSlide => {
    const slide = context.slide(c.req.param('slide') ?? '');
    if (slide === undefined) throw new FtuError('not-found', 'there is no such slide');
    return slide;
  };
  app.onError(answer);

  app.get('/api/slides/:slide/edits', async (c) => {
    const document = await context.document(slideOf(c));
    const from = after.parse(c.req.query('after') ?? '0');
    c.header('Cache-Control', 'no-store');
    return c.json({ revision: document.revision, edits: document.edits(from), notes: document.notes ?? [] });
  });

  app.post('/api/slides/:slide/edits', async (c) => {
    const slide = slideOf(c);
    const tag = c.req.header('If-Match');
    if (tag === undefined) return problem(c, 428, 'an edit needs the revision that it was made on', 'send If-Match');
    const revision = TAG.exec(tag)?.[1];
    if (revision === undefined) return problem(c, 400, 'If-Match is no revision such as "12"');
    const body = editSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return problem(c, 422, `this is no edit: ${z.prettifyError(body.error).slice(0, 300)}`);
    const document = await context.document(slide);
    const logged = await document.append(body.data, Number(revision));
    c.header('ETag', `"${logged.revision}"`);
    return c.json({ revision: logged.revision }, 201);
  });

  app.get('/api/slides/:slide/disagreements', async (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json((await context.document(slideOf(c))).disagreements ?? []);
  });

  const download = (c: Context, type: string, name: string, stream: ReadableStream<Uint8Array>): Response =>
    c.body(stream, 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Cache-Control': 'no-store',
    });

  app.get('/api/slides/:slide/corrected.geojson', async (c) => {
    const slide = slideOf(c);
    const stream = await correctedGeoJson(context, slide, await context.document(slide));
    return download(c, 'application/geo+json', `${slide.row.id}.geojson`, stream);
  });

  app.get('/api/slides/:slide/corrected.csv', async (c) => {
    const slide = slideOf(c);
    return download(
      c,
      'text/csv; charset=utf-8',
      `${slide.row.id}-objects.csv`,
      await correctedObjects(context, slide),
    );
  });

  app.post('/api/export', async (c) => {
    const options = exportSchema.safeParse(await c.req.json().catch(() => ({})));
    if (!options.success) return problem(c, 422, `this is no export: ${z.prettifyError(options.error).slice(0, 300)}`);
    return c.json(await exportCorrections(context, options.data), 201);
  });
  return app;
}

function answer(error: Error, c: Context): Response {
  if (error instanceof EditConflictError) return c.json(error.conflict, 412);
  // A defect: the studio's own handler tells the terminal.
  if (!(error instanceof FtuError)) throw error;
  if (FULL.includes(systemCode(error.cause) ?? '')) {
    return problem(c, 507, 'the disk is full: nothing of this was kept', 'free some space, then try again');
  }
  return answerError(error, c);
}
