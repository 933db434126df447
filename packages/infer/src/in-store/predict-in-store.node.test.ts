/** A slide predicted in a store against the same by `ftu predict`: the same texts, whatever happens in between. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, FtuError } from '@ftuseg/core';
import { openSlide, type Slide, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../tests/fakes.js';
import type { FileStore } from '../file-store/file-store.js';
import { readText } from '../file-store/file-store.js';
import { memoryStore } from '../file-store/memory-store.js';
import { predictTable } from '../predict/predict-table.node.js';
import { predictInStore } from './predict-in-store.js';
import { openProbabilityMap } from './stored-map.js';

const model = pixelModel(({ value, x }) => (value - 0.5) * 8 + 0.2 * Math.sin(x), { classes: ['glomerulus'] });
const settings = { all: true, minimumArea: 5, minimumAreaUnit: 'px', downsample: 1.5 } as const;
const common = { id: 'a', fingerprint: 'one', settings, bandColumns: 64 };

let folder: string;
let slide: Slide;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-in-store-'));
  const random = createRandom(3);
  const discs = Array.from({ length: 9 }, () => ({ x: random.int(700), y: random.int(500), r: 15 + random.int(25) }));
  const image = join(folder, 'a.png');
  const value = (x: number, y: number): number =>
    discs.some((disc) => Math.hypot(x - disc.x, y - disc.y) < disc.r) ? 230 : 20 + ((x * 7 + y * 13) % 60);
  await writePng(image, paint(700, 500, value));
  slide = await openSlide(image);
  const out = join(folder, 'out');
  await predictTable([{ id: 'a', image, columns: {} }], [model], { out, ...settings });
});
afterAll(async () => {
  await slide.close();
  await rm(folder, { recursive: true });
});

const ofNode = (name: string): Promise<string> => readFile(join(folder, 'out', name), 'utf8');

async function expectSame(store: FileStore): Promise<void> {
  expect(await readText(store, 'objects.geojson')).toBe(await ofNode('geojson/a.geojson'));
  expect(await readText(store, 'objects.csv')).toBe(await ofNode('objects/a.csv'));
}

describe('predictInStore', () => {
  it('writes what ftu predict writes', async () => {
    const store = memoryStore();
    const done = await predictInStore(slide, [model], store, common);
    await expectSame(store);
    const report = JSON.parse((await readText(store, 'report.json')) ?? '');
    const theirs = JSON.parse(await ofNode('predictions.json'));
    const own = { seconds: 0, image: '', files: [], fingerprint: '' };
    const alike = (one: typeof report) => ({ ...one, slides: [{ ...one.slides[0], ...own }] });
    expect(alike(report)).toEqual(alike(theirs));
    expect(done.counts).toEqual({ glomerulus: report.slides[0].facts.count });
    expect(done.counts.glomerulus).toBeGreaterThan(3);
    expect(done.thresholds).toEqual({ glomerulus: 0.5 });
  });

  it('has the map that ftu predict writes, at every level', async () => {
    const store = memoryStore();
    await predictInStore(slide, [model], store, common);
    const map = await openProbabilityMap(store, 0);
    const file = await openSlide(join(folder, 'out', 'probability', 'a.tif'));
    try {
      expect(map?.levels).toBe(file.levels.length);
      for (const [level, { width, height, downsample }] of file.levels.entries()) {
        for (let y = 0; y * 256 < height; y++) {
          for (let x = 0; x * 256 < width; x++) {
            const place = {
              x: x * 256,
              y: y * 256,
              w: Math.min(256, width - x * 256),
              h: Math.min(256, height - y * 256),
            };
            const theirs = await file.readRows({
              width,
              height,
              top: place.y,
              rows: place.h,
              left: place.x,
              columns: place.w,
            });
            const ours = new Uint8Array((await map?.tile(level, x, y)) ?? new ArrayBuffer(0));
            const grey = theirs.data.filter((_, i) => i % 3 === 0);
            for (let row = 0; row < place.h; row++) {
              const line = grey.subarray(row * place.w, (row + 1) * place.w);
              expect(ours.subarray(row * 256, row * 256 + place.w)).toEqual(line);
            }
          }
        }
        expect(downsample).toBeCloseTo(2 ** level, 1);
      }
    } finally {
      await file.close();
    }
  });

  it.each([1, 2, 3, 4])('goes on after a write that failed half-way, number %i', async (failing) => {
    const store = memoryStore();
    let writes = 0;
    const torn: FileStore = {
      ...store,
      write: async (name, ...parts) => {
        if (name.startsWith('band-') && ++writes === failing) {
          // What a disk that is full leaves, where nothing renames.
          await store.write(name, ...parts.slice(0, 2));
          throw new FtuError('io', 'no room is left');
        }
        await store.write(name, ...parts);
      },
    };
    await expect(predictInStore(slide, [model], torn, common)).rejects.toThrow('no room is left');
    const before = (await store.names()).filter((name) => name.startsWith('band-')).length;
    expect(before).toBe(failing);
    await predictInStore(slide, [model], store, common);
    await expectSame(store);
  });

  it('stops where it is told to, and goes on from there', async () => {
    const store = memoryStore();
    const control = new AbortController();
    const stopped = predictInStore(slide, [model], store, {
      ...common,
      signal: control.signal,
      onProgress: ({ done, total }) => {
        if (done > total / 2) control.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect((await openProbabilityMap(store, 0))?.width).toBe(467);
    const first: number[] = [];
    await predictInStore(slide, [model], store, { ...common, onProgress: ({ done }) => first.push(done) });
    expect(first[0]).toBeGreaterThan(5);
    await expectSame(store);
  });

  it('warns of what cannot be read', async () => {
    const damaged: Slide = {
      ...slide,
      readRows: async (rows) => {
        const { width, left = 0, columns = width } = rows;
        const [from, to] = [left, left + columns].map((x) => (x * slide.width) / width);
        if ((from ?? 0) < 320 && (to ?? 0) > 300) throw new FtuError('bad-input', 'the tile is damaged');
        return slide.readRows(rows);
      },
    };
    const overview = Promise.resolve(await slide.readRegion({ x: 0, y: 0, width: 700, height: 500, downsample: 4 }));
    const { warnings, outcome } = await predictInStore(damaged, [model], memoryStore(), { ...common, overview });
    expect(outcome.unreadable.length).toBeGreaterThan(0);
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /^\d+ parts? of the slide could not be read and counts? as empty: objects there are missing/,
      ),
    );
    expect((await predictInStore(slide, [model], memoryStore(), common)).warnings).toEqual([]);
  });

  it('goes on where nothing of what is looked at can be read', async () => {
    const small = pixelModel(({ value }) => (value - 0.5) * 8, { classes: ['glomerulus'], tileSize: 64 });
    const isLost = (left: number, right: number, top: number, bottom: number): boolean =>
      left < 600 && right > 100 && top < 500 && bottom > 110;
    const damaged: Slide = {
      ...slide,
      readRows: async (rows) => {
        const { width, height, left = 0, columns = width, top, rows: count } = rows;
        const [x, y] = [slide.width / width, slide.height / height];
        if (isLost(left * x, (left + columns) * x, top * y, (top + count) * y))
          throw new FtuError('bad-input', 'the tile is damaged');
        return slide.readRows(rows);
      },
    };
    const single = { ...common, settings: { ...settings, batchSize: 1 } };
    const options = { ...single, view: () => ({ x: 350, y: 400, width: 20, height: 20 }), onPreview: () => undefined };
    const [viewed, plain] = [
      await predictInStore(damaged, [small], memoryStore(), options),
      await predictInStore(damaged, [small], memoryStore(), single),
    ];
    expect(viewed.counts).toEqual(plain.counts);
    expect(viewed.warnings).toContainEqual(expect.stringContaining('could not be read'));
  });

  it('counts what is left out as too small', async () => {
    const large = { ...common, settings: { ...settings, minimumArea: 1e6 } };
    const { counts, notes, outcome } = await predictInStore(slide, [model], memoryStore(), large);
    expect(counts).toEqual({ glomerulus: 0 });
    expect(outcome.smallObjects).toBeGreaterThan(3);
    expect(notes).toContainEqual(expect.stringMatching(`^left out as too small: ${outcome.smallObjects} objects;`));
  });

  it('throws away what is of another prediction, and says so; files of others stay', async () => {
    const store = memoryStore();
    await store.write('edits.jsonl', new Uint8Array(3));
    await predictInStore(slide, [model], store, common);
    const again = await predictInStore(slide, [model], store, { ...common, fingerprint: 'two' });
    expect(again.notes).toEqual([expect.stringContaining('predicted anew')]);
    expect(await store.size('edits.jsonl')).toBe(3);
    const same = await predictInStore(slide, [model], store, { ...common, fingerprint: 'two' });
    expect(same.notes).toEqual([]);
  });

  it('takes nothing of a network in 8 bits for what it gives in float32', async () => {
    const store = memoryStore();
    const computedIn = (arithmetic: 'int8' | 'float32') => ({ ...model, source: { ...model.source, arithmetic } });
    await predictInStore(slide, [computedIn('int8')], store, common);
    const again = await predictInStore(slide, [computedIn('float32')], store, common);
    expect(again.notes).toEqual([expect.stringContaining('predicted anew')]);
  });
});
