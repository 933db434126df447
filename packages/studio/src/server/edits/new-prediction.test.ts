/** A prediction that is run anew while the studio is open, or between two sessions: corrections stay, and the log tells where both disagree. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  object,
  post,
  put,
  type SmallStudio,
  smallStudio,
  writePrediction,
} from '../../../tests/edits/small-context.js';

let base = '';
let folder = '';
let number = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ftuseg-anew-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(() => {
  folder = join(base, String(number++));
});

const predict = (...objects: Parameters<typeof writePrediction>[2]): Promise<void> =>
  writePrediction(join(folder, 'prediction'), 'a', objects);
const first = () => [object('one', 0, 0), object('two', 200, 0), object('three', 400, 0)];
const second = () => [object('n1', 30, 0), object('n2', 205, 0), object('n3', 400, 0), object('n4', 600, 0)];

async function idsOf({ context }: SmallStudio): Promise<string[]> {
  const [slide] = context.slides;
  const ids: string[] = [];
  if (slide === undefined) return ids;
  for await (const { id } of (await context.document(slide)).objects()) ids.push(id);
  return ids.sort();
}
const read = async ({ app }: SmallStudio) => (await app.request('/api/slides/s-a/edits')).json();
const disagreements = async ({ app }: SmallStudio): Promise<unknown> =>
  (await app.request('/api/slides/s-a/disagreements')).json();

async function corrected(): Promise<SmallStudio> {
  await predict(...first());
  const studio = await smallStudio(folder);
  await post(studio.app, put(object('one', 0, 0, 90)), 0);
  await post(studio.app, { kind: 'change', label: 'delete', changes: [{ kind: 'delete', id: 'two' }] }, 1);
  return studio;
}

it.each(['in the same session', 'between two sessions'])('brings corrections over %s', async (when) => {
  const before = await corrected();
  await predict(...second());
  const studio = when === 'in the same session' ? before : await smallStudio(folder);
  expect(await read(studio)).toMatchObject({ revision: 3 });
  expect(await idsOf(studio)).toEqual(['n3', 'n4', 'one']);
  expect(await disagreements(studio)).toEqual([
    expect.objectContaining({ kind: 'appeared', object: 'two', predicted: object('n2', 205, 0) }),
    expect.objectContaining({ kind: 'shape', object: 'one', predicted: object('n1', 30, 0) }),
  ]);
  expect(studio.notes).toEqual([
    'slide "a": corrections begin from "prediction" now, which is not what was corrected; they stay, and disagree with it in 2 places',
  ]);
  // Once is enough, and what is edited since is settled.
  await post(studio.app, put(object('one', 30, 0)), 3);
  const again = await smallStudio(folder);
  expect(await read(again)).toMatchObject({ revision: 4 });
  expect(await disagreements(again)).toEqual([expect.objectContaining({ object: 'two' })]);
  expect((await readdir(join(folder, 'work/corrections/a'))).filter((name) => name.startsWith('base-'))).toHaveLength(
    1,
  );
});

it('takes everything back to the new prediction as it came', async () => {
  const studio = await corrected();
  await predict(...second());
  for (const revision of [3, 4, 5]) {
    if (revision === 3) await read(studio);
    expect((await post(studio.app, { kind: 'undo' }, revision)).status).toBe(201);
  }
  expect(await idsOf(studio)).toEqual(['n1', 'n2', 'n3', 'n4']);
});

it('keeps the corrections when the prediction is gone, or written again with the same objects', async () => {
  await corrected();
  await predict(...first());
  const same = await smallStudio(folder);
  expect(await read(same)).toMatchObject({ revision: 2 });
  await rm(join(folder, 'prediction'), { recursive: true });
  const gone = await smallStudio(folder);
  expect([await idsOf(gone), await disagreements(gone)]).toEqual([['one', 'three'], []]);
  const text = await (await gone.app.request('/api/slides/s-a/corrected.geojson')).text();
  expect(text).toContain('"id":"three"');
});

it('begins from whatever prediction there is while nothing was edited', async () => {
  await predict(...first());
  const studio = await smallStudio(folder);
  expect(await idsOf(studio)).toEqual(['one', 'three', 'two']);
  await predict(...second());
  expect(await idsOf(studio)).toEqual(['n1', 'n2', 'n3', 'n4']);
  expect([await read(studio), studio.notes]).toEqual([{ revision: 0, edits: [], notes: [] }, []]);
});

it('refuses a new prediction that cannot be read, and leaves the log as it was', async () => {
  const studio = await corrected();
  const log = join(folder, 'work/corrections/a/edits.jsonl');
  const whole = await readFile(log);
  await writeFile(join(folder, 'prediction/geojson/a.geojson'), '{"type":"FeatureCollection","features":[{');
  const answer = await studio.app.request('/api/slides/s-a/edits');
  expect([answer.status, await answer.json()]).toEqual([
    422,
    expect.objectContaining({ problem: expect.stringContaining('not JSON') }),
  ]);
  expect(await readFile(log)).toEqual(whole);
  await predict(...first());
  expect(await read(studio)).toMatchObject({ revision: 2 });
});

it('begins from annotations and label codes where there is no prediction', async () => {
  await predict(object('x', 0, 0));
  const annotations = join(folder, 'drawn.geojson');
  const ring = [
    [10, 10],
    [50, 10],
    [50, 50.03],
    [10, 50],
    [10, 10],
  ];
  await writeFile(
    annotations,
    JSON.stringify([
      {
        type: 'Feature',
        geometry: { type: 'Polygon', coordinates: [ring] },
        properties: { classification: { name: 'Glom' } },
      },
    ]),
  );
  // Column by column from 1: rows 1 and 2 of the first two columns, of 100 rows.
  const slides = [{ id: 'b', annotations }, { id: 'c', rle: '1 2 101 2' }, { id: 'd' }];
  const { app } = await smallStudio(folder, { slides, side: 100 });
  const objectsOf = async (id: string) => {
    const text = (await (await app.request(`/api/slides/s-${id}/corrected.geojson`)).json()) as {
      features: { properties: { classification: { name: string } }; geometry: { coordinates: unknown } }[];
    };
    return text.features.map(({ properties, geometry }) => [properties.classification.name, geometry.coordinates]);
  };
  expect(await objectsOf('b')).toEqual([
    [
      'Glom',
      [
        [
          [10, 10],
          [50, 10],
          [50, 50],
          [10, 50],
          [10, 10],
        ],
      ],
    ],
  ]);
  expect(await objectsOf('c')).toEqual([
    [
      'glomerulus',
      [
        [
          [2, 0],
          [2, 2],
          [0, 2],
          [0, 0],
          [2, 0],
        ],
      ],
    ],
  ]);
  expect(await objectsOf('d')).toEqual([]);
  const drawn = await post(app, put(object('new', 0, 0, 50)), 0, 's-d');
  expect(drawn.status).toBe(201);
  expect(await objectsOf('d')).toHaveLength(1);
});
