/** The page without a server for everybody: light, dark, narrow, for screen readers; and what it says where a browser lacks something. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import { LOCK, type LocalPage, localPage, STILL, writeSlide } from './page/local-page.js';

const chromium = findChromium();
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const findings = z.array(z.object({ id: z.string(), impact: z.string(), nodes: z.array(z.string()) }));
const patience = 300_000;

describe.skipIf(chromium === undefined)('the page without a server', () => {
  let page: LocalPage;
  let pictures = '';
  const run = (expression: string): Promise<unknown> => page.browser.evaluate(expression);
  const click = (selector: string): Promise<unknown> =>
    run(`document.querySelector(${JSON.stringify(selector)}).click()`);

  beforeAll(async () => {
    page = await localPage(chromium ?? '', false);
    pictures = await mkdtemp(join(tmpdir(), 'ftuseg-local-pictures-'));
  }, patience);
  afterAll(() => page?.close(), patience);

  /** Serious and critical findings of axe. */
  async function audit(name: string): Promise<z.output<typeof findings>> {
    await new Promise((done) => setTimeout(done, 400));
    await writeFile(join(pictures, `${name}.png`), await page.browser.screenshot('window'));
    if ((await run('typeof axe')) === 'undefined') await run(await readFile(axePath, 'utf8'));
    const found = await run(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + failureSummary) })))`);
    return findings.parse(found);
  }

  it.runIf(long).each([
    { width: 390, scheme: 'dark' },
    { width: 1440, scheme: 'light' },
  ] as const)(
    'has no serious finding of axe: %o',
    async ({ width, scheme }) => {
      await page.browser.look(width, width < 600 ? 800 : 900, scheme);
      await page.open();
      await page.until(LOCK);
      const name = `${width}-${scheme}`;
      expect(await audit(`${name}-first`)).toEqual([]);
      await page.choose('Slide files', page.slide);
      await page.until(STILL);
      if (width < 600) await click('[aria-label="Panels"]');
      await click('#tab-jobs');
      await page.choose('Model files', page.model);
      await page.until("document.querySelector('.model') !== null");
      await page.click('Estimate');
      await page.until("document.querySelector('.job-plan dl') !== null");
      expect(await audit(`${name}-predict`)).toEqual([]);
      await run("document.querySelector('.predict form button[type=submit]').click()");
      await page.until("document.querySelector('.slide-words')?.textContent.includes('3 glomerulus') === true");
      for (const tab of ['layers', 'objects', 'review']) {
        await click(`#tab-${tab}`);
        expect(await audit(`${name}-${tab}`), tab).toEqual([]);
      }
      expect(await run('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await run("indexedDB.deleteDatabase('ftuseg-files')");
    },
    patience,
  );

  it(
    'goes on with a prediction whose tab was closed in the middle',
    async () => {
      await page.browser.look(1200, 700);
      await page.open();
      await page.until(LOCK);
      // Large enough not to be done while the page goes away.
      const slide = join(page.folder, 'wide.tif');
      await writeSlide(slide, { width: 2400, height: 1800 });
      await page.choose('Slide files', slide);
      await page.until(STILL);
      await click('#tab-jobs');
      await page.choose('Model files', page.model);
      await page.until("document.querySelector('.model') !== null");
      await run(`(() => {
        const views = [...document.querySelectorAll('.predict select')][0];
        views.value = 'd4';
        views.dispatchEvent(new Event('change', { bubbles: true }));
      })()`);
      // The page itself goes away as soon as something is predicted: asked from outside it may be done by then.
      await run(`(() => {
        window.__first = true;
        const look = () => Number(document.querySelector('.predict progress')?.value ?? 0) > 0 && location.reload();
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
        document.querySelector('.predict form button[type=submit]').click();
      })()`);
      await page.until(`window.__first === undefined && ${LOCK}`);
      await page.choose('Slide files', slide);
      await page.until(STILL);
      await click('#tab-jobs');
      await page.until('document.querySelector(\'[aria-label="Not finished"]\') !== null');
      await run('document.querySelector(\'[aria-label="Not finished"] .primary\').click()');
      await page.until('document.querySelector(\'[aria-label="Not finished"], .job[data-state]\') === null');
      await page.until(
        "document.querySelector('[aria-current=true] .slide-words').textContent.includes('3 glomerulus')",
      );
      expect(await run('__problems')).toEqual([]);
    },
    patience,
  );

  it.each([
    { lacks: 'delete window.WebAssembly', says: 'has no WebAssembly' },
    { lacks: 'WebAssembly.validate = () => false', says: 'has no SIMD' },
    { lacks: 'delete StorageManager.prototype.getDirectory', says: 'keeps no files for a page' },
  ])(
    'says what a browser lacks: $says',
    async ({ lacks, says }) => {
      const added = await page.browser.send('Page.addScriptToEvaluateOnNewDocument', { source: lacks });
      const { identifier } = z.object({ identifier: z.string() }).parse(added);
      await page.open();
      await page.until("document.querySelector('.start .problem') !== null");
      expect(await run("document.querySelector('.start .problem').innerText")).toContain(says);
      await page.browser.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    },
    patience,
  );
});
