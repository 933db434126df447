/** Jobs by a program that behaves as `ftu` does: plans, one at a time, live progress, stopping and going on, a studio that is started anew. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSlideTable } from '@ftuseg/slide';
import type { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobList, JobRequest, JobView } from '../src/jobs/job.js';
import type { JobPlan } from '../src/jobs/plan.js';
import type { StudioContext } from '../src/server/context.js';
import { jobRoutes } from '../src/server/jobs/routes.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

const fake = fileURLToPath(new URL('./fake-ftu.mjs', import.meta.url));

let studio: SmallStudio;
let work: string;
let context: StudioContext;
let app: Hono;
/** Ends the studio of the context, as closing its terminal does. */
let end: AbortController;

/** A studio that is started on the same work folder. */
function open(): void {
  end = new AbortController();
  context = { ...studio.context, workFolder: work, ftu: [process.execPath, fake], signal: end.signal };
  app = jobRoutes(context);
}

beforeAll(async () => {
  studio = await smallStudio(2);
  await studio.predict('old');
}, 60_000);
beforeEach(async () => {
  studio.predictions.length = 1;
  studio.corrections.changed.clear();
  work = await mkdtemp(join(studio.folder, 'work-'));
  vi.stubEnv('FAKE_PREDICTION', join(studio.folder, 'old'));
  open();
});
afterEach(() => {
  end.abort();
  vi.unstubAllEnvs();
});
afterAll(() => studio.remove());

async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await app.request(path, {
    method,
    ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

const train = (own: Partial<Extract<JobRequest, { kind: 'train' }>> = {}) => ({ kind: 'train', epochs: 4, ...own });
const start = async (request: unknown = train()) => (await call<JobView>('POST', '/api/jobs', request)).body;
const view = async (id: string) => (await call<JobView>('GET', `/api/jobs/${id}`)).body;
const until = async (id: string, fits: (job: JobView) => boolean) =>
  vi.waitUntil(async () => {
    const found = await view(id);
    return fits(found) ? found : undefined;
  }, 8000);

const square = (x: number, y: number, side: number) => [[[x, y, x + side, y, x + side, y + side, x, y + side]]];
/** Draws an area that holds the disc at the upper left, and an object that nobody predicted outside of it. */
function correct(): void {
  const { changed } = studio.corrections;
  changed.set('area', { id: 'area', class: 'complete', polygons: square(20, 30, 220) });
  changed.set('drawn', { id: 'drawn', class: 'glomerulus', polygons: square(600, 40, 50) });
}

describe('a training', () => {
  it('is refused where there is nothing to learn, with what to do', async () => {
    const plan = async () => (await call<JobPlan>('POST', '/api/jobs/plan', train())).body.problem;
    expect(await plan()).toMatch(/nothing is corrected yet/);
    const polygons = square(600, 40, 50);
    studio.corrections.changed.set('drawn', { id: 'drawn', class: 'glomerulus', polygons });
    expect(await plan()).toMatch(/no area is marked as complete, so that nothing would count as background/);
    studio.corrections.changed.clear();
    studio.corrections.changed.set('area', { id: 'area', class: 'complete', polygons: square(600, 440, 50) });
    expect(await plan()).toMatch(/hold no object/);
    const refused = await call('POST', '/api/jobs', train());
    expect(refused).toMatchObject({ status: 400, body: { problem: expect.stringMatching(/hold no object/) } });
    expect(await readdir(join(context.workFolder, 'jobs'))).toEqual([]);
  });

  it('says what it will do before it starts', async () => {
    correct();
    const { body: plan } = await call<JobPlan>('POST', '/api/jobs/plan', train({ imagesPerEpoch: 50 }));
    expect(plan).toMatchObject({ slides: 1, objects: 2, completeAreas: 1, predicts: 2, images: 200, seconds: 100 });
    // 220 x 220 pixels of a quarter of a square micrometre, less the disc of radius 60.
    expect(plan.backgroundMm2).toBeCloseTo(((220 ** 2 - Math.PI * 60 ** 2) * 0.25) / 1e6, 4);
    expect(plan.notes.join(' ')).toMatch(/Only one slide has complete areas: nothing validates/);
    expect(plan.notes.join(' ')).toMatch(/1 object outside of complete areas teaches there by its own pixels/);
    expect(plan.notes.join(' ')).toMatch(/1 slide without corrections is predicted, not learnt from/);
    const { body: refused } = await call<JobPlan>('POST', '/api/jobs/plan', train({ epochs: 777 }));
    expect(refused.problem).toMatch(/777 epochs are refused here/);
    expect(await readdir(join(context.workFolder, 'jobs'))).toEqual([]);
  });

  it('writes tables and a recipe, shows its progress, and ends with a prediction beside the old one', async () => {
    correct();
    const { id, command } = await start();
    const folder = join(context.workFolder, 'jobs', id);
    expect(command).toContain(`cd ${folder} && ftu run recipe.yaml --out run`);
    const rows = await readSlideTable(join(folder, 'corrected.csv'));
    expect(rows).toMatchObject([{ id: 'a', micronsPerPixel: 0.5, annotations: join(folder, 'labels/a.geojson') }]);
    expect((await readSlideTable(join(folder, 'slides.csv'))).map((row) => row.id)).toEqual(['a', 'b']);
    const labels = JSON.parse(await readFile(join(folder, 'labels/a.geojson'), 'utf8')).features;
    const names = labels.map(
      (one: { properties: { classification: { name: string } } }) => one.properties.classification.name,
    );
    // The drawn object outside is known by itself; the two predicted ones outside teach nothing.
    expect(names.sort()).toEqual(['complete', 'complete', 'glomerulus', 'glomerulus']);
    const events = await (await app.request(`/api/jobs/${id}/events`)).text();
    const views = [...events.matchAll(/event: job\ndata: (.*)/g)].map(([, data = '']): JobView => JSON.parse(data));
    expect(events).toMatch(/event: end\n/);
    const shares = views.map(({ progress }) => progress.share);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(views.at(-1)).toMatchObject({ state: 'done', prediction: 'p1', progress: { share: 1 } });
    expect(views.at(-1)?.progress.curves.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(context.predictions().map((one) => one.folder)).toContain(join(folder, 'run/predictions/predictions'));
  });

  it('stops in order and goes on where it stood', async () => {
    correct();
    vi.stubEnv('FAKE_MS', '150');
    const { id } = await start(train({ epochs: 4 }));
    await until(id, ({ progress }) => progress.curves.length >= 2);
    expect((await call('POST', `/api/jobs/${id}/stop`)).status).toBe(204);
    const stopped = await until(id, ({ state }) => state === 'stopped');
    expect(stopped.problem).toBeUndefined();
    expect(stopped.progress.curves.length).toBeLessThan(4);
    expect((await call('DELETE', `/api/jobs/${id}`)).status).toBe(204);
    const { id: other } = await start(train({ epochs: 4 }));
    await until(other, ({ progress }) => progress.curves.length >= 1);
    await call('POST', `/api/jobs/${other}/stop`);
    await until(other, ({ state }) => state === 'stopped');
    expect((await call('POST', `/api/jobs/${other}/continue`)).status).toBe(204);
    const done = await until(other, ({ state }) => state === 'done');
    expect(done.progress.curves).toHaveLength(4);
    expect(done.progress.log.join('\n')).toMatch(/data \(prepare\): kept/);
  });

  it('keeps what a person must read, and the sentence of a failure', async () => {
    correct();
    vi.stubEnv('FAKE_WARN', 'step data: no tile of slide a is listed');
    const warned = await until((await start()).id, ({ state }) => state === 'done');
    expect(warned.warnings).toEqual(['step data: no tile of slide a is listed']);
    vi.stubEnv('FAKE_FAIL', 'the disk is full');
    const failed = await until((await start()).id, ({ state }) => state === 'failed');
    expect(failed.problem).toBe('the disk is full');
    context = { ...context, ftu: ['/nowhere/ftu'] };
    app = jobRoutes(context);
    const unstarted = await until((await start()).id, ({ state }) => state === 'failed');
    expect(unstarted.problem).toMatch(/ftu cannot be started/);
  });
});

describe('jobs', () => {
  it('compute one at a time', async () => {
    // Longer than a slow machine takes to start the second.
    vi.stubEnv('FAKE_MS', '600');
    const first = await start({ kind: 'predict' });
    const second = await start({ kind: 'predict' });
    expect([first.state, second.state]).toEqual(['running', 'waiting']);
    expect((await call<JobPlan>('POST', '/api/jobs/plan', { kind: 'predict' })).body.notes.join()).toMatch(
      /cannot be told/,
    );
    await until(first.id, ({ state }) => state === 'done');
    const done = await until(second.id, ({ state }) => state === 'done');
    expect(done.prediction).toBe('p2');
    const { jobs, models } = (await call<JobList>('GET', '/api/jobs')).body;
    expect(jobs.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(models.map(({ id, trains }) => [id.slice(0, 2), trains])).toEqual([
      ['m-', false],
      ['st', true],
    ]);
  });

  it('are there again in a studio that is started anew, also what goes on without it', async () => {
    vi.stubEnv('FAKE_MS', '150');
    const { id } = await start({ kind: 'predict' });
    const waiting = await start({ kind: 'predict' });
    await until(id, ({ progress }) => progress.share > 0);
    // As if the studio had been killed: nothing stops its job.
    open();
    expect(await view(waiting.id)).toMatchObject({ state: 'stopped', problem: 'the studio ended before its turn' });
    expect((await view(id)).state).toBe('running');
    const done = await until(id, ({ state }) => state === 'done');
    expect(done.prediction).toBeDefined();
    open();
    expect(await view(id)).toMatchObject({ state: 'done', title: 'predict with starter model' });
  });

  it('end in order with the studio, and can go on in the next', async () => {
    vi.stubEnv('FAKE_MS', '200');
    const { id } = await start({ kind: 'predict' });
    await until(id, ({ progress }) => progress.share > 0);
    end.abort();
    await vi.waitUntil(() => !existsSync(join(work, 'jobs', id, 'run/.ftu-lock')), 4000);
    open();
    expect((await until(id, ({ state }) => state === 'stopped')).problem).toMatch(/interrupted; what is done is kept/);
    vi.stubEnv('FAKE_MS', '5');
    await call('POST', `/api/jobs/${id}/continue`);
    await until(id, ({ state }) => state === 'done');
  });

  it.each([
    ['GET', '/api/jobs/nothing', undefined, 404],
    ['GET', '/api/jobs/nothing/events', undefined, 404],
    ['DELETE', '/api/jobs/..%2f..', undefined, 404],
    ['POST', '/api/jobs', { kind: 'sing' }, 400],
    ['POST', '/api/jobs', { kind: 'train', epochs: 0 }, 400],
    ['POST', '/api/jobs', { kind: 'train', start: '../model' }, 400],
    ['POST', '/api/jobs', { kind: 'train', folder: '/' }, 400],
    ['POST', '/api/jobs', { kind: 'predict', model: 'gone' }, 404],
  ])('%s %s %j: refused', async (method, path, body, status) => {
    const answer = await call<{ problem: string }>(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.problem.length).toBeGreaterThan(10);
  });
});
