/** A studio that began without any prediction: what a job finds is what is corrected and scored, and nothing of it stays when it is deleted. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { JobView } from '../src/jobs/job.js';
import type { SlideDetail, SlideSummary, StudioSession } from '../src/protocol/slides.js';
import { type RunningStudio, runStudio } from './running-studio.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

let small: SmallStudio;
let found: string;
let running: RunningStudio;
beforeAll(async () => {
  small = await smallStudio(2);
  found = (await small.predict('found')).folder;
  vi.stubEnv('FAKE_PREDICTION', found);
}, 60_000);
afterEach(() => running.close());
afterAll(async () => {
  vi.unstubAllEnvs();
  await small.remove();
});

/** @param hasTruth whether the slide table has the masks that the job will write */
async function open(hasTruth: boolean): Promise<void> {
  const name = hasTruth ? 'labelled' : 'bare';
  const table = join(small.folder, `${name}.csv`);
  const lines = small.rows.map(({ id, image }) =>
    [id, image, hasTruth ? join(found, 'masks', `${id}.tif`) : '', '0.5'].join(),
  );
  await writeFile(table, ['id,image,mask,mpp', ...lines, ''].join('\n'));
  const ftu = [process.execPath, fileURLToPath(new URL('./fake-ftu.mjs', import.meta.url))];
  running = await runStudio({ input: table, predictions: [], work: join(small.folder, `${name}-studio`), ftu });
}

const slides = async () => (await running.json('/api/slides')) as readonly SlideSummary[];
const session = async () => (await running.json('/api/session')) as StudioSession;
const send = async (method: string, path: string, body?: unknown, own = {}): Promise<JobView | undefined> => {
  const origin = `http://127.0.0.1:${running.studio.port}`;
  const headers = { origin, 'content-type': 'application/json', ...own };
  const answer = await running.ask(path, { method, headers, body: body === undefined ? '' : JSON.stringify(body) });
  expect(answer.status, answer.body.toString()).toBeLessThan(300);
  return answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString());
};

/** Draws a square far from what the network finds. */
async function draw(slide: string): Promise<void> {
  const polygons = [[[10, 500, 30, 500, 30, 520, 10, 520]]];
  const object = { id: 'c0ffee00-0000-4000-8000-000000000001', class: 'glomerulus', polygons };
  const edit = { kind: 'change', label: 'draw', changes: [{ kind: 'put', object }] };
  await send('POST', `/api/slides/${slide}/edits`, edit, { 'if-match': '"0"' });
}

const layersOf = async (slide: string): Promise<readonly (string | number | undefined)[][]> =>
  ((await running.json(`/api/slides/${slide}`)) as SlideDetail).outlines.map(({ kind, name, objects }) => [
    kind,
    name.replace(/, \d{4}(-\d\d){2} \d\d:\d\d/, ''),
    objects,
  ]);

it('scores what a job found against the truth, as long as it is there', async () => {
  await open(true);
  expect((await slides()).map(({ counts, dice }) => [counts, dice])).toEqual([
    [{}, undefined],
    [{}, undefined],
  ]);
  const job = await send('POST', '/api/jobs', { kind: 'predict' });
  await vi.waitUntil(async () => (await session()).corrects !== undefined, 20_000);
  // The truth is the mask that it wrote.
  await vi.waitUntil(async () => (await slides()).every(({ dice }) => dice === 1), 20_000);
  expect((await slides())[0]?.counts).toEqual({ glomerulus: 3 });
  await send('DELETE', `/api/jobs/${job?.id}`);
  expect((await session()).corrects).toBeUndefined();
  expect((await slides()).map(({ counts, dice }) => [counts, dice])).toEqual([
    [{}, undefined],
    [{}, undefined],
  ]);
}, 60_000);

it('shows the truth that is corrected where there is no prediction', async () => {
  await open(true);
  const [{ id = '' } = {}] = await slides();
  await draw(id);
  // A ring and two discs, as the mask has them, and the square.
  expect((await slides())[0]?.counts).toEqual({ glomerulus: 4 });
  expect(await layersOf(id)).toEqual([
    ['corrected', 'truth, as corrected', 3],
    ['truth', 'truth', 3],
  ]);
}, 60_000);

it('still shows what was corrected when the prediction is deleted', async () => {
  await open(false);
  const job = await send('POST', '/api/jobs', { kind: 'predict' });
  await vi.waitUntil(async () => (await session()).corrects !== undefined, 20_000);
  const [{ id = '' } = {}] = await slides();
  await draw(id);
  expect((await layersOf(id)).map(([kind]) => kind)).toEqual(['prediction', 'candidates']);
  await send('DELETE', `/api/jobs/${job?.id}`);
  expect((await slides())[0]?.counts).toEqual({ glomerulus: 4 });
  expect(await layersOf(id)).toEqual([['corrected', 'predict with starter model, as corrected', 3]]);
}, 60_000);
