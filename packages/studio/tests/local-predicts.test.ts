/** A prediction in the page without a server, while it goes on and after it: what is seen, and what is said. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { readZip } from '../src/page/local/zip/read-zip.js';
import { LOCK, type LocalPage, localPage, PANE_BOX, press, STILL, writeSlide } from './page/local-page.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

describe.skipIf(binary === undefined)('a prediction in the page (needs chromium on the PATH: make browser)', () => {
  let page: LocalPage;

  beforeAll(async () => {
    page = await localPage(binary ?? '', true);
    await page.load();
    await page.choose('Slide files', page.slide);
    await page.until(STILL);
  }, patience);

  afterAll(async () => {
    await page?.close();
  }, patience);

  /** Pixels of the viewer that are not as they were. */
  async function changedPixels(before: Awaited<ReturnType<LocalPage['picture']>>): Promise<number> {
    const [left, top, width, height] = z
      .tuple([z.number(), z.number(), z.number(), z.number()])
      .parse(await page.browser.evaluate(PANE_BOX));
    const { at } = await page.picture();
    let changed = 0;
    for (let y = Math.ceil(top); y < top + height; y++) {
      for (let x = Math.ceil(left); x < left + width; x++) if (at(x, y)[1] !== before.at(x, y)[1]) changed++;
    }
    return changed;
  }

  it(
    'shows the objects of the newest prediction, and says what of it is left out',
    async () => {
      const rows = "document.querySelector('[role=tabpanel]:not([hidden])')?.innerText ?? document.body.innerText";
      await page.click('Predict');
      await page.until("document.querySelector('form.group .model') !== null");
      await page.browser.evaluate(press('Predict'));
      await page.click('Objects');
      await page.until(`(${rows}).includes('All objects (3)')`);
      await page.browser.evaluate(
        'document.querySelector(\'[role=grid] [role=row][aria-rowindex="2"], .objects tbody tr\').click()',
      );
      await page.until("document.querySelector('.card') !== null");
      const first = await page.picture();
      await page.click('Predict');
      const leastArea = (value: string): Promise<unknown> =>
        page.browser.evaluate(`(() => {
          const field = [...document.querySelectorAll('.job-field')].find((one) => one.innerText.includes('Smallest area'));
          const input = field.querySelector('input');
          input.value = '${value}';
          input.dispatchEvent(new Event('input', { bubbles: true }));
        })()`);
      await leastArea('1000000');
      await page.browser.evaluate(press('Predict'));
      await page.click('Layers');
      await page.until("document.querySelector('.layer-note') !== null");
      expect(await page.browser.evaluate("document.querySelector('.layer-note').innerText")).toContain(
        'Left out as too small: 3 objects',
      );
      // Nothing of the first prediction is left: not in the table, not selected, and not drawn.
      await page.click('Objects');
      await page.until(`(${rows}).includes('All objects (0)')`);
      expect(await page.browser.evaluate("document.querySelector('.card') === null")).toBe(true);
      await page.until(STILL);
      expect(await changedPixels(first)).toBeGreaterThan(100);
      await page.click('Layers');
      await page.browser.evaluate("document.querySelector('.layer-switches input').click()");
      await page.until(STILL);
      const without = await page.picture();
      await page.browser.evaluate("document.querySelector('.layer-switches input').click()");
      await page.until(STILL);
      expect(await changedPixels(without)).toBe(0);
      await page.click('Predict');
      await leastArea('');
    },
    patience,
  );

  it(
    'begins anew where the work was deleted: nothing of earlier corrections is left',
    async () => {
      const rows = (count: number) => page.until(`document.body.innerText.includes('All objects (${count})') === true`);
      const predict = async (): Promise<void> => {
        await page.click('Predict');
        await page.until("document.querySelector('form.group .model') !== null");
        await page.browser.evaluate(press('Predict'));
        await page.click('Objects');
        await rows(3);
      };
      const again = async (): Promise<void> => {
        await page.click('Delete work');
        await page.click('Delete for good');
        await page.until("document.querySelector('.slide-item') === null");
        await page.choose('Slide files', page.slide);
        await page.until(STILL);
      };
      await again();
      await page.click('Export');
      await page.click('This slide as GeoJSON for QuPath');
      await page.until("document.body.innerText.includes('There is nothing to export yet')");
      await predict();
      await page.browser.evaluate(
        'document.querySelector(\'[role=grid] [role=row][aria-rowindex="2"], .objects tbody tr\').click()',
      );
      await page.until("document.querySelector('.card') !== null");
      await page.browser.evaluate("document.querySelector('.viewer').focus()");
      await page.browser.press('Delete');
      await rows(2);
      await page.until("document.querySelector('.saving').innerText === 'all saved'");
      // What the review rejects is no object either.
      await page.click('Review');
      await page.until("document.querySelector('.review-item h3') !== null");
      await page.browser.evaluate("document.querySelector('#review').focus()");
      await page.browser.press('x');
      await page.until("document.querySelector('.slide-item').innerText.includes('1 glomerulus')");
      await page.click('Objects');
      await rows(1);
      await page.until("document.querySelector('.summary dd').innerText === '1'");
      await page.click('Export');
      await page.click('Objects of this slide as a table (CSV)');
      const [head, line, ...others] = (await page.downloaded('edges-objects.csv')).toString().trimEnd().split('\n');
      expect(head).toMatch(/^slide,object,class,.*,corrected,review$/);
      expect([line, others]).toEqual([expect.stringMatching(/^edges,.*,glomerulus,.*,no,$/), []]);
      await page.click('Export');
      await page.click('All slides: GeoJSON and tables (ZIP)');
      const zip = await readZip(new Blob([Uint8Array.from(await page.downloaded('ftuseg-results.zip'))]));
      const summary = zip.find(({ name }) => name === 'summary.csv');
      const [, numbers] = Buffer.from((await summary?.read()) ?? [])
        .toString()
        .split('\n');
      expect(numbers).toMatch(/^edges,1,/);
      await again();
      await predict();
      expect(await page.browser.evaluate("document.querySelector('.slide-item').innerText")).toContain('3 glomerulus');
      expect(await page.browser.evaluate("document.querySelector('.history button').disabled")).toBe(true);
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );

  it(
    'draws what it has predicted of the view, though nobody moves',
    async () => {
      const [path, size] = [join(page.folder, 'large.tif'), { width: 6000, height: 4500 }];
      // In the middle, which is predicted first; each tile is 128 pixels across.
      const boxes = [[2940, 2190, 3120, 2340]] as const;
      await writeSlide(path, size, boxes);
      await page.choose('Slide files', path);
      await page.until(`document.querySelector('.viewer')?.getAttribute('aria-label') === 'Slide large.tif'`);
      await page.until(STILL);
      await page.click('Predict');
      await page.until("document.querySelector('form.group .model') !== null");
      // Messages lie over the slide.
      const dismiss = (): Promise<unknown> =>
        page.browser.evaluate(
          "for (const one of document.querySelectorAll('.messages [aria-label=Dismiss]')) one.click()",
        );
      await dismiss();
      const empty = await page.picture();
      // Held still with the first of it, before there is a finished layer.
      await page.browser.evaluate(`new MutationObserver((_, observer) => {
        if (document.querySelector('.seen-first') === null) return;
        observer.disconnect();
        navigator.locks.query().then(({ held }) => {
          window.__lock = held.map(({ name }) => name).find((name) => name.startsWith('ftuseg prediction'));
          [...document.querySelectorAll('.job button')].find((one) => one.textContent === 'Pause').click();
        });
      }).observe(document.body, { childList: true, subtree: true })`);
      await page.browser.evaluate(press('Predict'));
      await page.until("document.querySelector('.job')?.dataset.state === 'paused'");
      const drawn = (): Promise<number> => changedPixels(empty);
      await expect.poll(drawn, { timeout: 30_000 }).toBeGreaterThan(10);
      // As long as another tab computes it, which holds its lock, this one does not.
      await page.browser.evaluate(
        'new Promise((held) => void navigator.locks.request(__lock, () => (held(), new Promise((free) => (window.__free = free)))))',
      );
      await page.click('Go on');
      await page.until("document.querySelector('.job').innerText.includes('another tab of this browser computes')");
      await page.click('Cancel');
      await page.click('Delete what is computed');
      await page.until("document.querySelector('.messages').innerText.includes('cancel it there')");
      expect(await page.browser.evaluate("document.querySelector('.job') !== null")).toBe(true);
      await dismiss();
      await page.browser.evaluate('__free()');
      await page.click('Cancel');
      await page.click('Delete what is computed');
      await page.until("document.querySelector('.job') === null");
      await expect.poll(drawn, { timeout: 30_000 }).toBe(0);
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );

  it(
    'reviews nothing that it cannot show',
    async () => {
      await page.open();
      await page.until(LOCK);
      await page.click('Review');
      const NOTE = 'Not in the queue: 1 slide whose file is not at hand (edges.tif).';
      await page.until(`document.querySelector('.review-notes')?.innerText.includes('${NOTE}') === true`);
      expect(await page.browser.evaluate("document.querySelector('.review-item h3') === null")).toBe(true);
      await page.choose('Slide files', page.slide);
      await page.until("document.querySelector('.review-item h3') !== null");
      expect(await page.browser.evaluate("document.querySelector('.review-notes')")).toBeNull();
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );
});
