/** Addresses of the session and of slides: the list and the details of one. */

import { encodeJpeg } from '@ftuseg/slide';
import { type Context, Hono } from 'hono';
import type { MapLayer, OutlineLayer, SlideDetail } from '../../protocol/slides.js';
import { magnificationOf } from '../../session/magnification.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { problem } from '../problem.js';
import { answerJpeg } from '../tiles/answer-jpeg.js';
import type { TileStore } from '../tiles/tile-store.js';
import { knownSlide } from './known-slide.js';
import type { Summaries } from './summaries.js';

/** Slides whose files are looked into side by side for the list. */
const AT_ONCE = 4;

export interface SlideSources {
  readonly context: StudioContext;
  readonly tiles: TileStore;
  readonly summaries: Summaries;
  readonly outlines: (slide: StudioSlide) => Promise<readonly OutlineLayer[]>;
  readonly maps: (slide: StudioSlide) => Promise<readonly MapLayer[]>;
  /** Pictures that are no level may be shown: names of patients stand on them. */
  readonly showLabels: boolean;
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const entries = items.entries();
  const run = async (): Promise<void> => {
    for (const [i, item] of entries) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return results;
}

export function slideRoutes({ context, tiles, summaries, outlines, maps, showLabels }: SlideSources): Hono {
  const app = new Hono();
  const fresh = (c: Context): void => c.header('cache-control', 'private, no-cache');

  app.get('/api/session', (c) => {
    fresh(c);
    return c.json(context.session());
  });

  app.get('/api/slides', async (c) => {
    fresh(c);
    return c.json(await inOrder(context.slides, (slide) => summaries.of(slide)));
  });

  app.get('/api/slides/:id', async (c) => {
    fresh(c);
    const slide = knownSlide(context, c.req.param('id'));
    const summary = await summaries.of(slide);
    if (summary.problem !== undefined) {
      return problem(c, 422, summary.problem, 'check the file; the other slides are not affected');
    }
    const { tileSize } = await tiles.grid(slide);
    const facts = await slide.use(async (open) => ({ info: open.info, colours: await tiles.profileUse(open) }));
    const detail: SlideDetail = {
      ...summary,
      format: facts.info.format,
      tileSize,
      colours: facts.colours,
      magnification: magnificationOf(summary.pixelSize),
      outlines: await outlines(slide),
      maps: await maps(slide),
      associated: showLabels ? facts.info.associated : [],
    };
    return c.json(detail);
  });

  app.get('/api/slides/:id/associated/:name', async (c) => {
    const slide = knownSlide(context, c.req.param('id'));
    if (!showLabels) return problem(c, 403, 'labels are not shown', 'start the studio with --show-labels');
    const name = c.req.param('name');
    const names = await slide.use(async ({ info }) => info.associated);
    if (!names.includes(name)) return problem(c, 404, 'the slide has no such picture');
    const make = () => slide.use(async (open) => encodeJpeg(await open.readAssociated(name)));
    const mark = await tiles.mark(slide, `associated-${names.indexOf(name)}`);
    return (await answerJpeg(c, mark, make)) ?? problem(c, 404, 'the slide has no such picture');
  });

  return app;
}
