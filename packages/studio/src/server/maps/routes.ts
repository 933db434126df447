/** Maps over HTTP: `GET /api/slides/ID/maps/MAP/LEVEL/X_Y`, 256 x 256 octets with an ETag, compressed where the page takes that. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FtuError } from '@ftuseg/core';
import { Hono } from 'hono';
import { z } from 'zod';
import type { ApiProblem } from '../../protocol/routes.js';
import type { MapLayer } from '../../protocol/slides.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { type MapFiles, openMapFiles } from './map-files.js';
import { describeMaps, findMaps } from './map-layers.js';
import { readMapTile } from './map-tile.js';

const compress = promisify(gzip);

/** Most tiles across or down that any map has. */
const MAX_TILE = 1_000_000;
const number = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)
  .pipe(z.int().max(MAX_TILE));
const placeSchema = z.object({ level: number, x: number, y: number });

/** Maps of one studio share their open files. */
const opened = new WeakMap<StudioContext, MapFiles>();

/** The open files of a studio's maps; they are closed when it ends. */
export function mapFilesOf(context: StudioContext): MapFiles {
  const known = opened.get(context);
  if (known !== undefined) return known;
  const files = openMapFiles();
  opened.set(context, files);
  context.signal.addEventListener('abort', () => void files.close(), { once: true });
  return files;
}

/**
 * The maps of a slide, for its description.
 * @returns none where the slide cannot be opened
 */
export const mapLayersOf = (context: StudioContext, slide: StudioSlide): Promise<MapLayer[]> =>
  describeMaps(context, slide, mapFilesOf(context));

/** Routes of the maps' tiles. */
export function mapRoutes(context: StudioContext): Hono {
  const files = mapFilesOf(context);
  const app = new Hono();
  app.get('/api/slides/:slide/maps/:map/:level/:tile', async (http) => {
    const missing = (problem: string): Response => http.json({ problem } satisfies ApiProblem, 404);
    const slide = context.slide(http.req.param('slide'));
    if (slide === undefined) return missing('there is no such slide');
    const [x = '', y = '', ...rest] = http.req.param('tile').split('_');
    const place = placeSchema.safeParse({ level: http.req.param('level'), x, y });
    if (!place.success || rest.length > 0) {
      return http.json({ problem: 'a tile is named LEVEL/X_Y, in whole numbers from 0' } satisfies ApiProblem, 400);
    }
    const map = findMaps(context.predictions(), slide).find(({ id }) => id === http.req.param('map'));
    if (map === undefined) return missing('there is no such map of this slide');
    try {
      return await files.use(map.path, async ({ slide: pyramid, version }) => {
        const packed = /\bgzip\b/.test(http.req.header('Accept-Encoding') ?? '');
        const { level } = place.data;
        const tag = `"${version}-${level}-${place.data.x}-${place.data.y}${packed ? '-gz' : ''}"`;
        const headers = { ETag: tag, 'Cache-Control': 'private, no-cache', Vary: 'Accept-Encoding' };
        if (http.req.header('If-None-Match') === tag) return http.body(null, 304, headers);
        const tile = await readMapTile(pyramid, place.data);
        if (tile === undefined) return missing('the map has no such tile');
        const type = { ...headers, 'Content-Type': 'application/octet-stream' };
        if (!packed) return http.body(Uint8Array.from(tile), 200, type);
        const body = new Uint8Array(await compress(tile, { level: 1 }));
        return http.body(body, 200, { ...type, 'Content-Encoding': 'gzip' });
      });
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
      return http.json({ problem: error.problem, hint: error.hint } satisfies ApiProblem, 500);
    }
  });
  return app;
}
