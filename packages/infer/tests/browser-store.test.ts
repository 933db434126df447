/** A slide predicted in workers of a page that can load nothing any more, into the browser's own file system, against the same in Node. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paintRuns, type RunMask, runsOfPolygons } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { few } from '../../../tests/long.js';
import { readText } from '../src/file-store/file-store.js';
import { memoryStore } from '../src/file-store/memory-store.js';
import { predictInStore } from '../src/in-store/predict-in-store.js';
import { predictSlide } from '../src/predict/predict-slide.js';
import { createNodeSession } from '../src/session/session.node.js';
import { testCard } from './fakes.js';
import { storeOptions, storeSlide } from './page-store.js';
import { realModel } from './real-model.js';
import { type ServedPage, servePage } from './serve-page.js';

const binary = findChromium();
const patience = 300_000;
const wasm = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-web')), 'ort-wasm-simd-threaded.wasm');

const ring = z.array(z.tuple([z.number(), z.number()]));
const collection = z.object({
  features: z.array(
    z.object({
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
      ]),
    }),
  ),
});

/** The objects of a GeoJSON with exact outlines: how many, and their pixels. */
function objectsIn(text: string) {
  const { features } = collection.parse(JSON.parse(text));
  const polygons = features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  );
  const { width, height } = storeSlide();
  const rings = polygons.map((one) => ({ label: 1, rings: one.map((points) => Float64Array.from(points.flat())) }));
  const mask: RunMask = runsOfPolygons(rings, width, height);
  return { count: features.length, labels: paintRuns(mask, { x: 0, y: 0, width, height }).data };
}

const answer = z.union([
  z.object({ names: z.array(z.string()), outlines: z.string() }),
  z.object({ problem: z.string() }),
]);

describe.skipIf(binary === undefined)('a locked page in Chromium (needs chromium on the PATH: make browser)', () => {
  // The smallest decoder says nearly the same of every pixel before it is trained.
  const file = realModel({ decoder: 'unet' });
  let page: ServedPage;
  let browser: Chromium;
  let threshold: number;
  let here: string;

  beforeAll(async () => {
    const session = await createNodeSession(file, { threads: 1 });
    const model = { card: testCard, session, source: { name: 'model.onnx' }, close: () => session.close() };
    const { probability } = await predictSlide(storeSlide(), [model], { all: true });
    threshold = probability.data.toSorted()[probability.data.length >> 1] ?? 0.5;
    const store = memoryStore();
    await predictInStore(storeSlide(), [model], store, storeOptions(threshold));
    here = (await readText(store, 'objects.geojson')) ?? '';
    await model.close();
    page = await servePage(fileURLToPath(new URL('store-worker.ts', import.meta.url)), {
      '/model.onnx': file,
      '/ort.wasm': await readFile(wasm),
    });
    browser = await Chromium.launch(binary ?? '');
    await browser.open(page.url);
    // All is loaded, then the page is locked; its workers have its policy because their addresses are blobs.
    await browser.evaluate(`(async () => {
      const bytes = async (path) => (await fetch(path)).arrayBuffer();
      const script = URL.createObjectURL(new Blob([await bytes('/page.js')], { type: 'text/javascript' }));
      Object.assign(window, { script, model: await bytes('/model.onnx'), runtime: await bytes('/ort.wasm') });
      const policy = Object.assign(document.createElement('meta'), { httpEquiv: 'Content-Security-Policy', content: "connect-src 'none'" });
      document.head.append(policy);
      return true;
    })()`);
  }, patience);

  afterAll(async () => {
    await browser?.close();
    await page?.close();
  }, patience);

  const predict = async (workers: number, stopAfter?: number) => {
    const job = { kind: 'predict', workers, threshold, stopAfter };
    const found = await browser.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker(script, { type: 'module' });
      worker.onerror = ({ message }) => reject(new Error('the worker failed: ' + message));
      worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
      worker.postMessage({ ...${JSON.stringify(job)}, address: script, runtime, model: new Uint8Array(model) });
    })`);
    const result = answer.parse(found);
    if ('problem' in result) throw new Error(result.problem);
    return result;
  };

  it('can load nothing', async () => {
    const loading = "fetch('/model.onnx').then(() => 'loaded', () => 'refused')";
    expect(await browser.evaluate(loading)).toBe('refused');
  });

  it.each(few([2, 1], 2))(
    'finds what Node finds, with %i workers, after an interruption too',
    async (workers) => {
      const stopped = await predict(workers, 30);
      expect(stopped.outlines).toBe('');
      expect(stopped.names).toContain('band-00000.bin');
      const { names, outlines } = await predict(workers);
      expect(names).toEqual(expect.arrayContaining(['map.json', 'objects.csv', 'objects.geojson', 'report.json']));
      const [there, ours] = [objectsIn(outlines), objectsIn(here)];
      expect(ours.count).toBeGreaterThan(2);
      expect(there.count).toBe(ours.count);
      const different = ours.labels.filter((label, i) => label !== there.labels[i]).length;
      expect(different).toBeLessThan(1e-4 * ours.labels.length);
    },
    patience,
  );
});
