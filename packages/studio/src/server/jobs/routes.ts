/** Jobs over HTTP: what there is, what one would do, start, stop, go on, delete, and how far one has come, as server-sent events. */
import { FtuError } from '@ftuseg/core';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { isOver, type JobRequest, jobRequestSchema } from '../../jobs/job.js';
import type { ApiProblem } from '../../protocol/routes.js';
import type { StudioContext } from '../context.js';
import { createJobs } from './job-service.js';

/** Milliseconds between two looks at a job's files. */
const LOOK = 500;
/** Milliseconds after which a connection without news hears something, so that nobody takes it for dead. */
const KEEP_ALIVE = 15_000;

const statusOf = ({ code }: FtuError): 400 | 404 | 500 =>
  code === 'not-found' ? 404 : code === 'bad-input' || code === 'unsupported' ? 400 : 500;

/** @throws {FtuError} `bad-input` that names the first key at fault */
async function requestOf(http: Context): Promise<JobRequest> {
  const json: unknown = await http.req.json().catch(() => undefined);
  const parsed = jobRequestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the request' : `"${issue.path.join('.')}"`;
  throw new FtuError('bad-input', `${where}: ${issue?.message ?? 'not understood'}`);
}

/**
 * | address | |
 * | --- | --- |
 * | `GET /api/jobs` | `JobList` |
 * | `POST /api/jobs/plan`, a `JobRequest` | `JobPlan`, with the reason if it cannot start |
 * | `POST /api/jobs`, a `JobRequest` | 201, `JobView` |
 * | `GET /api/jobs/ID`, `/events` | `JobView`; events `job` with it until it is over, then `end` |
 * | `POST /api/jobs/ID/stop`, `/continue` | 204 |
 * | `DELETE /api/jobs/ID` | 204 |
 */
export function jobRoutes(context: StudioContext): Hono {
  const jobs = createJobs(context);
  const app = new Hono();
  app.onError((error, http) => {
    if (!(error instanceof FtuError)) throw error;
    return http.json({ problem: error.problem, hint: error.hint } satisfies ApiProblem, statusOf(error));
  });
  const missing: ApiProblem = { problem: 'there is no such job' };
  app.get('/api/jobs', async (http) => http.json(await jobs.list()));
  app.post('/api/jobs/plan', async (http) => http.json(await jobs.plan(await requestOf(http))));
  app.post('/api/jobs', async (http) => http.json(await jobs.start(await requestOf(http)), 201));
  app.get('/api/jobs/:job', async (http) => {
    const view = await jobs.view(http.req.param('job'));
    return view === undefined ? http.json(missing, 404) : http.json(view);
  });
  app.post('/api/jobs/:job/stop', async (http) => {
    await jobs.stop(http.req.param('job'));
    return http.body(null, 204);
  });
  app.post('/api/jobs/:job/continue', async (http) => {
    await jobs.goOn(http.req.param('job'));
    return http.body(null, 204);
  });
  app.delete('/api/jobs/:job', async (http) => {
    await jobs.remove(http.req.param('job'));
    return http.body(null, 204);
  });
  app.get('/api/jobs/:job/events', async (http) => {
    const id = http.req.param('job');
    if ((await jobs.view(id)) === undefined) return http.json(missing, 404);
    return streamSSE(http, async (stream) => {
      let [last, quiet] = ['', 0];
      while (!stream.aborted && !context.signal.aborted) {
        const view = await jobs.view(id);
        const data = view === undefined ? '' : JSON.stringify(view);
        if (data !== '' && data !== last) {
          await stream.writeSSE({ event: 'job', data });
          quiet = 0;
        }
        last = data;
        if (view === undefined || isOver(view.state)) break;
        await stream.sleep(LOOK);
        quiet += LOOK;
        if (quiet < KEEP_ALIVE) continue;
        await stream.writeSSE({ event: 'alive', data: '' });
        quiet = 0;
      }
      await stream.writeSSE({ event: 'end', data: '' });
    });
  });
  return app;
}
