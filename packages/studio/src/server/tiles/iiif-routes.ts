/** Addresses of the IIIF Image API 3. */
import { Hono } from 'hono';
import type { StudioContext } from '../context.js';
import { problem } from '../problem.js';
import { knownSlide } from '../slides/known-slide.js';
import { answerJpeg } from './answer-jpeg.js';
import { iiifImage, iiifInfo } from './iiif.js';
import type { TileStore } from './tile-store.js';

const INFO_TYPE = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';

export function iiifRoutes(context: StudioContext, tiles: TileStore): Hono {
  const app = new Hono();

  app.get('/iiif/:id', (c) => {
    const slide = knownSlide(context, c.req.param('id'));
    return c.redirect(`/iiif/${slide.id}/info.json`, 303);
  });

  app.get('/iiif/:id/info.json', async (c) => {
    const slide = knownSlide(context, c.req.param('id'));
    // The host is one of the server's own: others were refused.
    const base = `http://${c.req.header('host') ?? ''}/iiif/${slide.id}`;
    const info = iiifInfo(base, await tiles.grid(slide), await tiles.finest(slide));
    return c.body(JSON.stringify(info), 200, { 'content-type': INFO_TYPE, 'cache-control': 'private, no-cache' });
  });

  app.get('/iiif/:id/:region/:size/:rotation/:file', async (c) => {
    const { id, region, size, rotation, file } = c.req.param();
    const slide = knownSlide(context, id);
    if (rotation !== '0' || file !== 'default.jpg') {
      return problem(c, 400, 'pictures are given unturned, as default.jpg');
    }
    const image = iiifImage(region, size, await tiles.grid(slide), await tiles.finest(slide));
    const { signal } = c.req.raw;
    if (image.kind === 'whole') {
      const mark = await tiles.mark(slide, `whole-${image.level}`);
      const make = () => tiles.whole(slide, image.level, signal);
      return (await answerJpeg(c, mark, make)) ?? problem(c, 404, 'the slide has no such size');
    }
    const { level, column, row } = image.place;
    const mark = await tiles.mark(slide, `${level}-${column}-${row}-srgb`);
    const make = () => tiles.tile(slide, image.place, 'srgb', signal);
    return (await answerJpeg(c, mark, make)) ?? problem(c, 404, 'the slide has no such tile');
  });

  return app;
}
