/** The review's routes over a small prediction on the disk, with documents that are kept in memory. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError, raster } from '@ftuseg/core';
import { createGeoJsonWriter, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edit, LoggedEdit } from '../../protocol/edits.js';
import type { Decision, SlideObject } from '../../protocol/objects.js';
import type { ReviewPage } from '../../protocol/review.js';
import { decide } from '../../review/decide.js';
import type { OpenPrediction, SlideDocument, StudioContext, StudioSlide } from '../context.js';
import { measureSlide } from './measure-slide.js';
import { reviewRoutes } from './routes.js';

let folder: string;
const [WIDTH, HEIGHT, DOWN] = [1200, 900, 3];
/** Squares of the map: x, y, side, octet. The first six are objects; the last is too small for a candidate. */
const squares: readonly (readonly [number, number, number, number])[] = [
  [20, 20, 30, 250],
  [80, 20, 30, 240],
  [140, 20, 32, 230],
  [200, 20, 28, 220],
  [260, 20, 30, 135],
  [0, 100, 30, 250],
  [100, 150, 26, 90],
  [300, 150, 24, 60],
  [200, 250, 3, 90],
];

function memoryDocument(): SlideDocument & { readonly log: LoggedEdit[] } {
  const log: LoggedEdit[] = [];
  const changed = new Map<string, SlideObject | null>();
  const decisions = new Map<string, Decision>();
  const append = async (edit: Edit, ifMatch: number): Promise<LoggedEdit> => {
    if (ifMatch !== log.length) throw new FtuError('unavailable', 'the slide was changed meanwhile');
    if (edit.kind !== 'change') throw new Error('only changes here');
    for (const one of edit.changes) {
      if (one.kind === 'put') changed.set(one.object.id, one.object);
      else if (one.kind === 'delete') changed.set(one.id, null);
      else if (one.decision === null) decisions.delete(one.id);
      else decisions.set(one.id, one.decision);
    }
    const logged = { revision: log.length + 1, time: log.length + 1, edit };
    log.push(logged);
    return logged;
  };
  return {
    log,
    get revision() {
      return log.length;
    },
    edits: (after) => log.slice(after),
    changed,
    decisions,
    objects: async function* () {},
    append,
  };
}

function contextOf(files: Partial<Record<string, string>>, predicted = true) {
  const document = memoryDocument();
  const slide: StudioSlide = {
    id: 's1',
    row: { id: 'slide 1', image: 'none.tif', micronsPerPixel: 2, columns: {} },
    size: async () => ({ width: WIDTH, height: HEIGHT }),
    use: () => Promise.reject(new FtuError('not-found', 'the picture is not needed')),
  };
  const prediction: OpenPrediction = {
    id: 'p1',
    name: 'found',
    models: ['m'],
    classes: ['glomerulus'],
    thresholds: { glomerulus: 0.5 },
    folder,
    fileOf: (output) => files[output],
  };
  const context: StudioContext = {
    session: () => ({ title: '', version: '0', classes: [], predictions: [], corrects: 'p1', truth: false }),
    slides: [slide],
    slide: (id) => (id === 's1' ? slide : undefined),
    predictions: () => (predicted ? [prediction] : []),
    addPrediction: () => Promise.reject(new Error('none')),
    removePrediction: () => undefined,
    document: async () => document,
    workFolder: join(folder, 'work'),
    ftu: [],
    models: [],
    signal: new AbortController().signal,
  };
  return { context, document };
}

const all = () => ({
  geojson: join(folder, 'a.geojson'),
  objects: join(folder, 'a.csv'),
  probability: join(folder, 'a.tif'),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-review-'));
  const map = new Uint8Array(400 * 300);
  for (const [x, y, side, octet] of squares) {
    for (let row = y; row < y + side; row++) map.fill(octet, row * 400 + x, row * 400 + x + side);
  }
  await writePyramid(join(folder, 'a.tif'), { width: 400, height: 300, channels: 1, compression: 'deflate' }, [
    raster(400, 300, 1, map),
  ]);
  const writer = await createGeoJsonWriter(join(folder, 'a.geojson'));
  const lines = ['slide,object,class,mean_probability,model_agreement'];
  for (const [i, [x, y, side, octet]] of squares.slice(0, 6).entries()) {
    const [left, top, right, bottom] = [x * DOWN, y * DOWN, (x + side) * DOWN, (y + side) * DOWN];
    const ring = Float64Array.of(left, top, right, top, right, bottom, left, bottom);
    await writer.write({ polygons: [{ rings: [ring] }], name: 'glomerulus', id: `object-${i}` });
    lines.push(`slide 1,object-${i},glomerulus,${octet / 255},${i === 4 ? 0.6 : 1}`);
  }
  await writer.close();
  await writeFile(join(folder, 'a.csv'), `${lines.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function get(app: ReturnType<typeof reviewRoutes>, query = ''): Promise<ReviewPage> {
  const response = await app.request(`/api/review${query}`);
  expect(response.status).toBe(200);
  return JSON.parse(await response.text());
}

/** Waits for the background. */
async function ready(app: ReturnType<typeof reviewRoutes>): Promise<ReviewPage> {
  for (;;) {
    const page = await get(app);
    if (page.slides.measured + page.slides.failed.length === page.slides.total) return page;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const post = async (app: ReturnType<typeof reviewRoutes>, body: unknown) => {
  const response = await app.request('/api/review/decisions', { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
};

describe('the measures of a slide', () => {
  it('are those of its objects and of what the threshold dropped', async () => {
    const files = { id: 's1', size: { width: WIDTH, height: HEIGHT }, pixelUm2: 4, ...all() };
    const maps = new Map([['glomerulus', files.probability]]);
    const { items, notes } = await measureSlide(
      { ...files, maps, thresholds: { glomerulus: 0.5 } },
      new AbortController().signal,
    );
    expect(notes).toEqual([]);
    expect(items.map(({ kind }) => kind).join(' ')).toBe(`${'object '.repeat(6)}ghost ghost`);
    for (const [i, item] of items.entries()) {
      const [x = 0, y = 0, side = 0, octet = 0] = squares[i] ?? [];
      expect(item.box).toEqual([x * 3, y * 3, side * 3, side * 3]);
      expect(item.areaUm2).toBe((side * 3) ** 2 * 4);
      expect([item.mean, item.peak].map((value) => value?.toFixed(6))).toEqual(Array(2).fill((octet / 255).toFixed(6)));
      expect(item.border).toBe(i === 5);
      expect(item.agreement).toBe(i === 4 ? 0.6 : i < 6 ? 1 : undefined);
    }
    expect(items[6]?.boundaryEntropy).toBeGreaterThan(items[0]?.boundaryEntropy ?? 1);
  });
});

describe('the routes', () => {
  it('give the queue, take decisions as edits, and go on where they stood after a restart', async () => {
    const { context, document } = contextOf(all());
    const app = reviewRoutes(context);
    const page = await ready(app);
    expect(page).toMatchObject({
      prediction: 'p1',
      counts: { open: 8, objects: 6, ghosts: 2 },
      next: { items: 8 },
      notes: [],
    });
    expect(page.items).toHaveLength(8);
    expect(page.items.every(({ reasons, slideName }) => reasons.length === 2 && slideName === 'slide 1')).toBe(true);
    const ghost = page.items.find(({ kind }) => kind === 'ghost');
    expect(ghost?.polygons).toHaveLength(1);
    const say = (item: string | undefined, decision: string | null) => post(app, { slide: 's1', item, decision });
    expect(await say('object-4', 'rejected')).toEqual({ status: 201, answer: { state: 'rejected', revision: 1 } });
    expect(await say('object-0', 'accepted')).toMatchObject({ answer: { state: 'accepted' } });
    expect(await say('object-1', 'later')).toMatchObject({ answer: { state: 'later' } });
    expect(await say(ghost?.id, 'accepted')).toMatchObject({ answer: { state: 'accepted' } });
    expect(document.changed.get(ghost?.id ?? '')).toMatchObject({ class: 'glomerulus' });
    const now = await get(app);
    expect(now.counts).toMatchObject({ open: 4, accepted: 2, rejected: 1, later: 1 });
    expect(now.items.at(-1)).toMatchObject({ id: 'object-1', state: 'later' });
    expect((await get(app, '?list=done')).items.map(({ id }) => id)).toEqual([ghost?.id, 'object-0', 'object-4']);
    expect((await get(app, '?offset=1&limit=2')).items).toEqual(now.items.slice(1, 3));
    const again = reviewRoutes(context);
    const after = await ready(again);
    expect(after.counts).toEqual(now.counts);
    expect(after.items.map(({ id }) => id)).toEqual(now.items.map(({ id }) => id));
    // Taken back: the ghost is no object any more.
    expect(await say(ghost?.id, null)).toMatchObject({ answer: { revision: 5 } });
    expect(document.changed.get(ghost?.id ?? '')).toBeNull();
    expect((await get(app)).items.find(({ id }) => id === ghost?.id)).toMatchObject({ state: 'open' });
    expect(document.log).toHaveLength(5);
  });

  it('measure a slide once, and again when what was kept is damaged', async () => {
    const { context } = contextOf(all());
    const kept = join(folder, 'work', 'review');
    const [name = ''] = await readdir(kept);
    const before = await stat(join(kept, name));
    await ready(reviewRoutes(context));
    expect((await stat(join(kept, name))).mtimeMs).toBe(before.mtimeMs);
    const text = await readFile(join(kept, name), 'utf8');
    await writeFile(join(kept, name), text.slice(0, 100));
    expect((await ready(reviewRoutes(context))).counts.open).toBe(8);
    expect(await readFile(join(kept, name), 'utf8')).toBe(text);
  });

  it('do with less where there is no map, and say so', async () => {
    const { geojson } = all();
    const page = await ready(reviewRoutes(contextOf({ geojson }).context));
    expect(page.counts).toMatchObject({ objects: 6, ghosts: 0 });
    expect(page.notes).toEqual([expect.stringMatching(/^slide 1: There is no map of probabilities/)]);
    const none = await ready(reviewRoutes(contextOf({}).context));
    expect(none.notes).toEqual(['slide 1: The prediction has no outlines (geojson) of it.']);
  });

  it('name slides that cannot be measured, and say that there is nothing to review', async () => {
    const lost = await ready(reviewRoutes(contextOf({ ...all(), geojson: join(folder, 'lost.geojson') }).context));
    expect(lost.slides.failed).toEqual([{ slide: 'slide 1', problem: expect.stringMatching(/^lost\.geojson: /) }]);
    expect(JSON.stringify(lost)).not.toContain(folder);
    const { notes, items } = await get(reviewRoutes(contextOf({}, false).context));
    expect([notes[0], items]).toEqual(['There is no prediction to review: predict the slides first.', []]);
  });

  it('refuse what is no request', async () => {
    const app = reviewRoutes(contextOf(all()).context);
    await ready(app);
    for (const query of ['?limit=1000', '?offset=-1', '?list=all', '?limit=x']) {
      expect((await app.request(`/api/review${query}`)).status).toBe(400);
    }
    expect(await post(app, { slide: 's1', item: 'object-0', decision: 'maybe' })).toMatchObject({ status: 400 });
    expect(await post(app, { slide: 's1', item: 'object-9', decision: 'later' })).toMatchObject({ status: 404 });
    expect(await post(app, { slide: 's2', item: 'object-0', decision: 'later' })).toMatchObject({ status: 404 });
    expect((await app.request('/api/review/decisions', { method: 'POST', body: '{' })).status).toBe(400);
  });
});

describe('a decision', () => {
  it('waits for other writers, and tells of a disk that is full', async () => {
    const { context, document } = contextOf(all());
    const app = reviewRoutes(context);
    await ready(app);
    const [item] = (
      await measureSlide(
        { id: 's1', size: { width: WIDTH, height: HEIGHT }, geojson: all().geojson, maps: new Map(), thresholds: {} },
        context.signal,
      )
    ).items;
    if (item === undefined) throw new Error('there are items');
    let others = 3;
    const busy: SlideDocument = {
      ...document,
      get revision() {
        return document.revision;
      },
      append: async (edit, ifMatch) => {
        if (others-- > 0) {
          await document.append(
            { kind: 'change', label: 'brush', changes: [{ kind: 'delete', id: 'other' }] },
            document.revision,
          );
        }
        return document.append(edit, ifMatch);
      },
    };
    expect(await decide(busy, item, 'accepted')).toBe(4);
    const full: SlideDocument = { ...document, append: () => Promise.reject(new FtuError('io', 'no space left')) };
    await expect(decide(full, item, 'accepted')).rejects.toThrow('no space left');
  });
});
