/** Addresses of tiles: Deep Zoom and thumbnails. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type TileColours, tileColours } from '../../protocol/slides.js';
import type { StudioContext } from '../context.js';
import { problem } from '../problem.js';
import { knownSlide } from '../slides/known-slide.js';
import { answerJpeg } from './answer-jpeg.js';
import { coordinate } from './coordinates.js';
import type { TileStore } from './tile-store.js';

const MAX_THUMBNAIL_SIDE = 320;

/** @throws HTTPException 400 for other words */
function coloursOf(word: string | undefined): TileColours {
  const found = tileColours.find((one) => one === (word ?? 'srgb'));
  if (found !== undefined) return found;
  throw new HTTPException(400, { message: `tiles are given in colours ${tileColours.join(' or ')}` });
}

export function tileRoutes(context: StudioContext, tiles: TileStore): Hono {
  const app = new Hono();

  app.get('/slides/:file{[A-Za-z0-9_-]+\\.dzi}', async (c) => {
    const slide = knownSlide(context, c.req.param('file').slice(0, -'.dzi'.length));
    const { width, height, tileSize } = await tiles.grid(slide);
    const text =
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="${tileSize}">` +
      `<Size Width="${width}" Height="${height}"/></Image>\n`;
    return c.body(text, 200, { 'content-type': 'application/xml', 'cache-control': 'private, no-cache' });
  });

  app.get('/slides/:files{[A-Za-z0-9_-]+_files}/:level/:tile', async (c) => {
    const slide = knownSlide(context, c.req.param('files').slice(0, -'_files'.length));
    const level = coordinate(c.req.param('level'), 'the level');
    const [, x, y] = /^([^_]*)_([^_]*)\.jpe?g$/.exec(c.req.param('tile')) ?? [];
    const [column, row] = [coordinate(x, 'the column'), coordinate(y, 'the row')];
    const colours = coloursOf(c.req.query('colours'));
    const mark = await tiles.mark(slide, `${level}-${column}-${row}-${colours}`);
    const make = () => tiles.tile(slide, { level, column, row }, colours, c.req.raw.signal);
    return (await answerJpeg(c, mark, make)) ?? problem(c, 404, 'the slide has no such tile');
  });

  app.get('/api/slides/:id/thumbnail.jpg', async (c) => {
    const slide = knownSlide(context, c.req.param('id'));
    const make = () => tiles.thumbnail(slide, MAX_THUMBNAIL_SIDE, c.req.raw.signal);
    return (await answerJpeg(c, await tiles.mark(slide, 'thumbnail'), make)) ?? problem(c, 404, 'there is no picture');
  });

  return app;
}
