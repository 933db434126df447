/** A whole prediction in a real page, over onnxruntime-web, against the same in Node. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { createNodeSession } from '../src/session.node.js';
import { testCard } from './fakes.js';
import { predictCloud, refineCloud } from './page-work.js';
import { realModel } from './real-model.js';
import { type ServedPage, servePage } from './serve-page.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The largest difference of two lists of one length. */
function worst(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0);
}

describe.skipIf(binary === undefined)('a page in Chromium (needs chromium on the PATH: make browser)', () => {
  const file = realModel();
  let page: ServedPage;
  let browser: Chromium;

  beforeAll(async () => {
    page = await servePage(fileURLToPath(new URL('page.ts', import.meta.url)), { '/model.onnx': file });
    browser = await Chromium.launch(binary ?? '');
    await browser.open(page.url);
  }, patience);

  afterAll(async () => {
    await browser?.close();
    await page?.close();
  }, patience);

  /** What a function of the page's script returns. */
  const call = (expression: string) => browser.evaluate(`import('/page.js').then((page) => page.${expression})`);

  it("loads nothing that is marked as Node's", () => {
    expect(page.modules.some((path) => path.endsWith('infer/src/predict-slide.ts'))).toBe(true);
    expect(page.modules.filter((path) => path.endsWith('.node.ts'))).toEqual([]);
  });

  it(
    'predicts as Node does',
    async () => {
      const session = await createNodeSession(file, { threads: 1 });
      const model = { card: testCard, session, source: { name: 'model.onnx' }, close: () => session.close() };
      const threshold = median((await predictCloud(model, 0.5)).probability);
      const here = await predictCloud(model, threshold);
      await model.close();
      const foreground = here.labels.filter((label) => label > 0).length / here.labels.length;
      expect(Math.abs(foreground - 0.5)).toBeLessThan(0.1);
      expect(Math.max(...here.probability) - Math.min(...here.probability)).toBeGreaterThan(0.1);

      const answer = z.object({ labels: z.array(z.number()), probability: z.array(z.number()) });
      const there = answer.parse(await call(`predictInPage(${threshold})`));
      expect(worst(here.probability, there.probability)).toBeLessThan(1e-4);
      const different = here.labels.filter((label, i) => label !== there.labels[i]).length;
      expect(different).toBeLessThanOrEqual(here.labels.length * 1e-3);
    },
    patience,
  );

  it(
    'refines as Node does',
    async () => {
      const here = refineCloud();
      expect(Math.max(...here)).toBeGreaterThan(0.9);
      expect(Math.min(...here)).toBeLessThan(0.1);
      expect(worst(here, z.array(z.number()).parse(await call('refineCloud()')))).toBeLessThan(1e-6);
    },
    patience,
  );
});
