/** A page's decoders in Chromium give Node's pixels where no canvas can be used: in the page, and in a worker of a page that may load nothing. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { type ServedPage, servePage } from '../../infer/tests/serve-page.js';
import { decodeWhole, type PageAnswer } from './decode-whole.js';
import { pageSamples } from './page-samples.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

describe.skipIf(binary === undefined)('a page in Chromium (needs chromium on the PATH: make browser)', () => {
  /** What the page's decoders give in Node, which src/browser.test.ts holds against Node's own. */
  const wanted: Record<string, PageAnswer> = {};
  let names: string[];
  let page: ServedPage;
  let browser: Chromium;

  beforeAll(async () => {
    const samples = await pageSamples();
    names = [...samples.keys()];
    for (const [name, bytes] of samples) wanted[name] = await decodeWhole(name, Uint8Array.from(bytes).buffer);
    const files = Object.fromEntries([...samples].map(([name, bytes]) => [`/${name}`, bytes]));
    page = await servePage(fileURLToPath(new URL('page/page.ts', import.meta.url)), files);
    browser = await Chromium.launch(binary ?? '');
    await browser.open(page.url);
  }, patience);

  afterAll(async () => {
    await browser?.close();
    await page?.close();
  }, patience);

  const ask = (call: string): Promise<unknown> =>
    browser.evaluate(`import('/page.js').then((page) => page.${call}(${JSON.stringify(names)}))`);

  it("loads nothing that is marked as Node's", () => {
    expect(page.modules.some((path) => path.endsWith('slide/src/browser-runtime.ts'))).toBe(true);
    expect(page.modules.filter((path) => path.endsWith('.node.ts'))).toEqual([]);
  });

  it(
    'decodes every compression',
    async () => {
      const compressions = /jpeg-(tiles|rgb|xr|ls)|jpeg2000|webp|zstd|lzw|deflate|packbits/;
      const decoded = names.filter((name) => compressions.test(name) && wanted[name]?.digest !== undefined);
      expect(decoded.length).toBeGreaterThan(12);
      expect(await ask('decodeHere')).toEqual(wanted);
    },
    patience,
  );

  // After it the page can load nothing any more, so it is the last.
  it(
    'decodes in a worker of one file when nothing may be loaded',
    async () => {
      expect(await ask('decodeLocked')).toEqual(wanted);
      await expect(browser.evaluate(`fetch('/${names[0]}').then(() => 'loaded')`)).rejects.toThrow();
    },
    patience,
  );
});
