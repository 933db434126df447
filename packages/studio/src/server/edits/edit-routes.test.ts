/** Edits over HTTP: what is kept, what is refused and how, and what is there after the server was started again. */
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  object,
  overwrite,
  post,
  put,
  smallStudio,
  square,
  writePrediction,
} from '../../../tests/edits/small-context.js';

let base = '';
let folder = '';
let number = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ftuseg-edits-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(base, String(number++));
  await writePrediction(join(folder, 'prediction'), 'a', [object('one', 0, 0), object('two', 200, 0)]);
});

const logPath = (): string => join(folder, 'work/corrections/a/edits.jsonl');

describe('edits', () => {
  it('are kept under the revision that they were made on, and read from any', async () => {
    const { app } = await smallStudio(folder);
    expect(await (await app.request('/api/slides/s-a/edits')).json()).toEqual({ revision: 0, edits: [], notes: [] });
    const first = await post(app, put(object('new', 400, 0)), 0);
    expect([first.status, first.headers.get('etag'), await first.json()]).toEqual([201, '"1"', { revision: 1 }]);
    expect((await post(app, { kind: 'undo' }, 1)).status).toBe(201);
    expect((await post(app, { kind: 'redo' }, 2)).status).toBe(201);
    const read = await (await app.request('/api/slides/s-a/edits?after=1')).json();
    expect(read).toMatchObject({ revision: 3, edits: [{ revision: 2, edit: { kind: 'undo' } }, { revision: 3 }] });
  });

  it('are refused with what the writer lacks, without a revision, for other slides and for what is no edit', async () => {
    const { app } = await smallStudio(folder);
    await post(app, put(object('new', 400, 0)), 0);
    const late = await post(app, put(object('late', 500, 0)), 0);
    expect(late.status).toBe(412);
    expect(await late.json()).toMatchObject({ revision: 1, missed: [{ revision: 1, edit: { kind: 'change' } }] });
    expect((await post(app, put(object('x', 0, 0)), undefined)).status).toBe(428);
    expect((await post(app, put(object('x', 0, 0)), '*')).status).toBe(400);
    expect((await post(app, put(object('x', 0, 0)), 1, 's-b')).status).toBe(404);
    expect((await post(app, { kind: 'draw' }, 1)).status).toBe(422);
    expect((await post(app, { kind: 'redo' }, 1)).status).toBe(422);
  });

  it.each([
    ['beyond the slide', square(950, 0, 100), 'reaches beyond the slide of 1000 x 1000 pixels'],
    ['crossing itself', [[0, 0, 40, 40, 40, 0, 0, 40]], 'an outline crosses itself'],
    ['off the grid', [[0, 0, 40.01, 0, 40, 40]], 'a corner is no multiple of 1/16 pixel'],
    ['with a hole outside', [...square(0, 0, 50), ...square(100, 100, 10)], 'a hole lies outside its outline'],
    ['of two corners', [[0, 0, 4, 4]], 'this is no edit'],
  ])('are refused with a shape %s', async (_, rings, problem) => {
    const { app } = await smallStudio(folder);
    const answer = await post(app, put({ id: 'x', class: 'glomerulus', polygons: [rings] }), 0);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ problem: expect.stringContaining(problem) });
    await expect(stat(logPath())).rejects.toThrow('ENOENT');
  });

  it('of two writers at once: one is kept, the other hears of it', async () => {
    const { app } = await smallStudio(folder);
    const answers = await Promise.all([post(app, put(object('p', 400, 0)), 0), post(app, put(object('q', 500, 0)), 0)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
  });
});

describe('a log', () => {
  const three = async () => {
    const { app } = await smallStudio(folder);
    for (const revision of [0, 1, 2]) await post(app, put(object(`n${revision}`, 400, 100 * revision)), revision);
  };

  it('is read again after a restart, undo and redo included', async () => {
    await three();
    const { app, context } = await smallStudio(folder);
    expect((await post(app, { kind: 'undo' }, 3)).status).toBe(201);
    const again = await smallStudio(folder);
    expect((await post(again.app, { kind: 'redo' }, 4)).status).toBe(201);
    const [slide] = again.context.slides;
    const document = slide && (await again.context.document(slide));
    expect([...(document?.changed.keys() ?? [])]).toEqual(['n0', 'n1', 'n2']);
    expect(context.slides).toHaveLength(1);
  });

  it('says that the slide is another picture than the one that was corrected', async () => {
    await three();
    expect((await smallStudio(folder)).notes).toEqual([]);
    const { app, notes } = await smallStudio(folder, { side: 500 });
    const read = JSON.parse(await (await app.request('/api/slides/s-a/edits')).text());
    expect(read.notes).toEqual([
      expect.stringContaining('slide "a" was 1000 x 1000 pixels when it was corrected and is 500 x 500 now'),
    ]);
    expect(notes).toEqual(read.notes);
  });

  it('loses a torn last line, whatever its length, and says so', async () => {
    await three();
    const whole = await readFile(logPath());
    const last = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const size of [last + 1, last + 25, whole.length - 20, whole.length - 1]) {
      await overwrite(logPath(), whole.subarray(0, size));
      const { app, notes } = await smallStudio(folder);
      const read = (await (await app.request('/api/slides/s-a/edits')).json()) as { revision: number; notes: string[] };
      expect(read.revision).toBe(2);
      expect(notes).toEqual([expect.stringContaining(`was torn (${size - last} bytes) and is dropped`)]);
      expect(read.notes).toEqual(notes);
      expect(await readFile(logPath())).toEqual(whole.subarray(0, last));
      expect(await readFile(`${logPath()}.torn`)).toEqual(whole.subarray(last, size));
      expect((await post(app, put(object('after', 600, 0)), 2)).status).toBe(201);
    }
    await truncate(logPath(), 10);
    const { app } = await smallStudio(folder);
    expect((await post(app, put(object('anew', 600, 0)), 0)).status).toBe(201);
  });

  it('is refused with a damaged line in its middle, and the way on leads on', async () => {
    await three();
    const text = await readFile(logPath(), 'utf8');
    const lines = text.split('\n');
    await overwrite(logPath(), text.replace('"n1"', '"m1"'));
    const { app } = await smallStudio(folder);
    const answer = await app.request('/api/slides/s-a/edits');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual({
      problem: 'line 3 of the log of corrections is damaged: its checksum is wrong',
      hint: 'keep a copy; to go on with what was done before, keep its first 2 lines: head -n 2 edits.jsonl',
    });
    await overwrite(logPath(), `${lines.slice(0, 2).join('\n')}\n`);
    // The server that refused it goes on, too.
    expect(await (await app.request('/api/slides/s-a/edits')).json()).toMatchObject({ revision: 1 });
    await overwrite(logPath(), [lines[0], lines[1], lines[3], ''].join('\n'));
    const { app: third } = await smallStudio(folder);
    expect(await (await third.request('/api/slides/s-a/edits')).json()).toMatchObject({
      problem: expect.stringContaining('line 3 of the log of corrections is damaged: a line before it is missing'),
    });
  });

  it('takes nothing more once another program has written to it', async () => {
    await three();
    const { app } = await smallStudio(folder);
    const other = await smallStudio(folder);
    await app.request('/api/slides/s-a/edits');
    expect((await post(other.app, put(object('theirs', 0, 500)), 3)).status).toBe(201);
    const size = (await stat(logPath())).size;
    const answer = await post(app, put(object('mine', 0, 500)), 3);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ problem: 'another program has written to the log of corrections' }),
    ]);
    expect((await stat(logPath())).size).toBe(size);
  });
});
