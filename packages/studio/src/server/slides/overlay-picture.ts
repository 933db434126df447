/** The picture that `ftu predict` painted of a slide with its outlines: what a browser without WebGL2 is shown. */
import { readFile, stat } from 'node:fs/promises';
import { Hono } from 'hono';
import type { StudioContext } from '../context.js';
import { problem } from '../problem.js';
import { answerJpeg } from '../tiles/answer-jpeg.js';
import { knownSlide } from './known-slide.js';

/** `GET /api/slides/ID/overlay.jpg`: of the first prediction that has one. */
export function overlayPictureRoutes(context: StudioContext): Hono {
  const app = new Hono();
  app.get('/api/slides/:id/overlay.jpg', async (c) => {
    const slide = knownSlide(context, c.req.param('id'));
    const missing = (): Response => problem(c, 404, 'no prediction painted a picture of this slide');
    for (const prediction of context.predictions()) {
      const path = prediction.fileOf('overlay', slide);
      if (path === undefined) continue;
      const { size, mtimeMs } = await stat(path);
      return (await answerJpeg(c, `${prediction.id}-${size}-${mtimeMs}`, () => readFile(path))) ?? missing();
    }
    return missing();
  });
  return app;
}
