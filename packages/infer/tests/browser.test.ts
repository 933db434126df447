/** A whole prediction in a real page, over the package's own kernels and over onnxruntime-web, against the same in Node. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openSlide } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import type { SegmentationModel } from '../src/model/model.js';
import { openKernelSession } from '../src/session/kernels/kernel-session.js';
import { createNodeSession } from '../src/session/session.node.js';
import { testCard } from './fakes.js';
import { cloudSlide, predictAll, refineCloud } from './page-work.js';
import { realModel } from './real-model.js';
import { type ServedPage, servePage } from './serve-page.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

const tiff = fileURLToPath(new URL('../../slide/tests/fixtures/jpeg-tiles.tif', import.meta.url));

const prediction = z.object({ labels: z.array(z.number()), probability: z.array(z.number()) });

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The largest difference of two lists of one length. */
function worst(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0);
}

/** What a function of the page's script returns. */
const inPage = (call: string): string => `import('/page.js').then((page) => page.${call})`;

/** The same, called by a worker with a number. */
const workerScript = `import * as page from '/page.js';
onmessage = async ({ data }) => postMessage(await page.predictFile(data));`;
const inWorker = (threshold: number): string => `new Promise((resolve, reject) => {
  const worker = Object.assign(new Worker('/worker.js', { type: 'module' }), { onerror: reject });
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage(${threshold});
})`;

/** A network as Node computes it. */
async function nodeModel(network: Uint8Array): Promise<SegmentationModel> {
  const session = await createNodeSession(network, { threads: 1 });
  return { card: testCard, session, source: { name: 'model.onnx' }, close: () => session.close() };
}

describe.skipIf(binary === undefined)('a page in Chromium (needs chromium on the PATH: make browser)', () => {
  // The smallest decoder says nearly the same of every pixel before it is trained.
  const file = realModel({ decoder: 'unet' });
  /** A network that the package has no kernels for. */
  const foreign = realModel({ decoder: 'attention-unet' });
  let page: ServedPage;
  let browser: Chromium;

  beforeAll(async () => {
    const worker = new TextEncoder().encode(workerScript);
    const files = {
      '/model.onnx': file,
      '/foreign.onnx': foreign,
      '/slide.tif': await readFile(tiff),
      '/worker.js': worker,
    };
    page = await servePage(fileURLToPath(new URL('page.ts', import.meta.url)), files);
    browser = await Chromium.launch(binary ?? '');
    await browser.open(page.url);
  }, patience);

  it('has kernels for one of the networks', () => {
    expect(openKernelSession(file, 'model.onnx')).toBeDefined();
    expect(openKernelSession(foreign, 'foreign.onnx')).toBeUndefined();
  });

  afterAll(async () => {
    await browser?.close();
    await page?.close();
  }, patience);

  it("loads nothing that is marked as Node's", () => {
    expect(page.modules.some((path) => path.endsWith('infer/src/predict/predict-slide.ts'))).toBe(true);
    expect(page.modules.filter((path) => path.endsWith('.node.ts'))).toEqual([]);
  });

  it.each([
    {
      what: 'a slide in memory',
      network: file,
      open: async () => cloudSlide(),
      ask: (t: number) => inPage(`predictCloud(${t})`),
    },
    {
      what: 'a slide by onnxruntime-web',
      network: foreign,
      open: async () => cloudSlide(),
      ask: (t: number) => inPage(`predictCloud(${t}, '/foreign.onnx')`),
    },
    {
      what: 'a TIFF of JPEG tiles',
      network: file,
      open: () => openSlide(tiff),
      ask: (t: number) => inPage(`predictFile(${t})`),
    },
    { what: 'a TIFF in a worker', network: file, open: () => openSlide(tiff), ask: inWorker },
  ])(
    'predicts $what as Node does',
    async ({ open, ask, network }) => {
      const model = await nodeModel(network);
      const slide = await open();
      const threshold = median((await predictAll(slide, model, 0.5)).probability);
      const here = await predictAll(slide, model, threshold);
      await Promise.all([model.close(), slide.close()]);
      const foreground = here.labels.filter((label) => label > 0).length / here.labels.length;
      expect(Math.abs(foreground - 0.5)).toBeLessThan(0.1);
      expect(Math.max(...here.probability) - Math.min(...here.probability)).toBeGreaterThan(0.1);

      const there = prediction.parse(await browser.evaluate(ask(threshold)));
      expect(worst(here.probability, there.probability)).toBeLessThan(1e-4);
      const different = here.labels.filter((label, i) => label !== there.labels[i]).length;
      expect(different).toBeLessThanOrEqual(here.labels.length * 1e-3);
    },
    patience,
  );

  it(
    'predicts as Node does by four threads of onnxruntime-web, where a page is cross-origin isolated',
    async () => {
      // A runtime keeps the number of threads that it began with.
      await browser.open(page.url);
      await browser.evaluate(`globalThis.started = 0;
        globalThis.Worker = class extends Worker { constructor(...given) { super(...given); globalThis.started++; } };`);
      const there = prediction.parse(await browser.evaluate(inPage("predictCloud(0.5, '/model.onnx', 4)")));
      expect(await browser.evaluate('started')).toBeGreaterThanOrEqual(3);
      const model = await nodeModel(file);
      const here = await predictAll(cloudSlide(), model, 0.5);
      await model.close();
      expect(worst(here.probability, there.probability)).toBeLessThan(1e-4);
    },
    patience,
  );

  it(
    'refines as Node does',
    async () => {
      const here = refineCloud();
      expect(Math.max(...here)).toBeGreaterThan(0.9);
      expect(Math.min(...here)).toBeLessThan(0.1);
      expect(worst(here, z.array(z.number()).parse(await browser.evaluate(inPage('refineCloud()'))))).toBeLessThan(
        1e-6,
      );
    },
    patience,
  );
});
