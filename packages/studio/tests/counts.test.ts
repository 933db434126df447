/** What the list of slides counts: corrected objects, without those that were rejected and without areas. */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../src/protocol/edits.js';
import { type RunningStudio, runStudio, writeSlide } from './running-studio.js';

let folder: string;
let running: RunningStudio;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-counts-'));
  await writeSlide(join(folder, 'a.tif'), { width: 300, height: 200 });
  running = await runStudio({ input: join(folder, 'a.tif') });
});
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

type Row = { id: string; counts: object; revision: number; warnings?: string[]; width: number };
const row = async (): Promise<Row> => ((await running.json('/api/slides')) as Row[])[0] as Row;

const square = (id: string, name: string, x: number): Change => ({
  kind: 'put',
  object: { id, class: name, polygons: [[[x, 10, x + 20, 10, x + 20, 30, x, 30]]] },
});

async function change(revision: number, ...changes: Change[]): Promise<void> {
  const { status } = await running.ask(`/api/slides/${(await row()).id}/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${revision}"` },
    body: JSON.stringify({ kind: 'change', label: 'test', changes }),
  });
  expect(status).toBe(201);
}

it('counts what stands', async () => {
  expect(await row()).toMatchObject({ counts: {}, revision: 0 });
  await change(
    0,
    square('a', 'glomerulus', 10),
    square('b', 'glomerulus', 50),
    square('c', 'sclerotic', 90),
    square('d', 'complete', 130),
  );
  expect(await row()).toMatchObject({ counts: { glomerulus: 2, sclerotic: 1 }, revision: 1 });
  await change(1, { kind: 'decide', id: 'b', decision: 'rejected' });
  expect((await row()).counts).toEqual({ glomerulus: 1, sclerotic: 1 });
  const { id } = await row();
  expect(await running.json(`/api/slides/${id}/measures`)).toMatchObject({ counts: { glomerulus: 1, sclerotic: 1 } });
  expect((await running.ask(`/api/slides/${id}/objects/b`)).status).toBe(404);
  await change(2, { kind: 'delete', id: 'c' });
  expect((await row()).counts).toEqual({ glomerulus: 1 });
});

it('says of corrections that cannot be read, and keeps the slide', async () => {
  await running.close();
  const [log = ''] = (await readdir(join(folder, 'a-studio'), { recursive: true })).filter((name) =>
    name.endsWith('edits.jsonl'),
  );
  // Not a torn last line: one in the middle.
  await appendFile(join(folder, 'a-studio', log), 'damaged\ndamaged\n');
  running = await runStudio({ input: join(folder, 'a.tif') });
  const found = await row();
  expect(found.width).toBe(300);
  expect(found.warnings?.join()).toMatch(/line \d|log|edits/);
});
