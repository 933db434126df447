/** A studio that began without any prediction: what a job finds is what is corrected and scored, and nothing of it stays when it is deleted. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { JobView } from '../src/jobs/job.js';
import type { SlideSummary, StudioSession } from '../src/protocol/slides.js';
import { type RunningStudio, runStudio } from './running-studio.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

let small: SmallStudio;
let running: RunningStudio;
beforeAll(async () => {
  small = await smallStudio(2);
  const { folder } = await small.predict('found');
  vi.stubEnv('FAKE_PREDICTION', folder);
  const table = join(small.folder, 'slides.csv');
  const lines = small.rows.map(({ id, image }) => `${id},${image},${join(folder, 'masks', `${id}.tif`)},0.5`);
  await writeFile(table, ['id,image,mask,mpp', ...lines, ''].join('\n'));
  const ftu = [process.execPath, fileURLToPath(new URL('./fake-ftu.mjs', import.meta.url))];
  running = await runStudio({ input: table, predictions: [], work: join(small.folder, 'studio'), ftu });
}, 60_000);
afterAll(async () => {
  await running.close();
  vi.unstubAllEnvs();
  await small.remove();
});

const slides = async () => (await running.json('/api/slides')) as readonly SlideSummary[];
const session = async () => (await running.json('/api/session')) as StudioSession;
const send = async (method: string, path: string, body?: unknown): Promise<JobView | undefined> => {
  const origin = `http://127.0.0.1:${running.studio.port}`;
  const headers = { origin, 'content-type': 'application/json' };
  const answer = await running.ask(path, { method, headers, body: body === undefined ? '' : JSON.stringify(body) });
  expect(answer.status, answer.body.toString()).toBeLessThan(300);
  return answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString());
};

it('scores what a job found against the truth, as long as it is there', async () => {
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
