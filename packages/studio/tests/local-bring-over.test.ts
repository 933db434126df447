/** Corrections in the page without a server that were begun before a prediction ended, or on one at a scale that was wrong: they come over to the new one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { convolutionModel } from '../../../tests/convolution-model.js';
import {
  LOCK,
  type LocalPage,
  localPage,
  PANE_BOX,
  press,
  rectanglePicture,
  rectangles,
  SIZE,
  STILL,
} from './page/local-page.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;
const collection = z.object({ features: z.array(z.object({ properties: z.object({ classification: z.unknown() }) })) });

const counts = (objects: number): string =>
  `document.querySelector('.slide-item').innerText.includes('${objects} glomerulus')`;
const SAVED = "document.querySelector('.saving').innerText === 'all saved'";

describe.skipIf(binary === undefined)('corrections in the page (needs chromium on the PATH: make browser)', () => {
  let page: LocalPage;
  beforeAll(async () => {
    page = await localPage(binary ?? '', true);
    await page.load();
  }, patience);
  afterAll(() => page?.close(), patience);

  async function draw(x0: number, y0: number, x1: number, y1: number): Promise<void> {
    const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
    const [left, top, width, height] = box.parse(await page.browser.evaluate(PANE_BOX));
    const scale = Math.min(width / SIZE.width, height / SIZE.height);
    const at = (x: number, y: number): [number, number] => [
      left + (width - SIZE.width * scale) / 2 + x * scale,
      top + (height - SIZE.height * scale) / 2 + y * scale,
    ];
    await page.click('Rectangle');
    await page.browser.drag([at(x0, y0), at((x0 + x1) / 2, (y0 + y1) / 2), at(x1, y1)]);
    await page.until(SAVED);
  }

  it(
    'count beside the objects of a prediction that ended after them',
    async () => {
      await page.choose('Slide files', page.slide);
      await page.until(STILL);
      // One where nothing is, and one over the first of three that are found.
      await draw(200, 600, 300, 700);
      await draw(190, 140, 350, 260);
      await page.until(counts(2));
      await page.click('Predict');
      await page.until("document.querySelector('form.group .model') !== null");
      await page.browser.evaluate(press('Predict'));
      const all = 2 + rectangles.length - 1;
      await page.until(counts(all));
      await page.until(
        "document.querySelector('.messages').innerText.includes('stand on its new prediction now; they stay, and disagree with it in 2 places')",
      );
      await page.click('Objects');
      await page.until(`document.querySelector('.objects')?.innerText.includes('${all}') === true`);
      await page.click('Export');
      await page.click('This slide as GeoJSON for QuPath');
      const { features } = collection.parse(JSON.parse((await page.downloaded('edges.geojson')).toString()));
      expect(features).toHaveLength(all);
      // What comes later stands on the same prediction, also after the page was closed.
      await draw(900, 600, 1000, 700);
      await page.until(counts(all + 1));
      await page.open();
      await page.until(LOCK);
      await page.choose('Slide files', page.slide);
      await page.until(STILL);
      await page.until(counts(all + 1));
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );

  it(
    'come over to a prediction at the right scale',
    async () => {
      const [slide, model] = [join(page.folder, 'photo.png'), join(page.folder, 'microns.onnx')];
      await writePng(slide, rectanglePicture());
      const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
      await writeFile(model, convolutionModel({ weight, bias: -6 }, { micronsPerPixel: 1 }));
      await page.click('Delete work');
      await page.click('Delete for good');
      await page.until("document.querySelector('.slide-item') === null");
      await page.choose('Slide files', slide);
      await page.until(STILL);
      await page.click('Predict');
      await page.choose('Model files', model);
      await page.until("document.querySelectorAll('form.group .model').length === 2");
      await page.browser.evaluate(`(() => {
        for (const one of document.querySelectorAll('form.group .model input')) {
          const isWanted = one.closest('.model').innerText.includes('microns');
          if (one.checked !== isWanted) one.click();
        }
      })()`);
      const predictAt = async (scale: string, isTaken: string): Promise<void> => {
        await page.click('Predict');
        await page.browser.evaluate(`(() => {
          const field = document.querySelector('.scale-field input');
          field.value = '${scale}';
          field.dispatchEvent(new Event('change', { bubbles: true }));
        })()`);
        await page.until(isTaken);
        await page.browser.evaluate(press('Predict'));
      };
      await predictAt('0.5', "document.querySelector('.slide-item').innerText.includes('0.6 × 0.45 mm')");
      await page.until(counts(3));
      await page.click('Objects');
      const ROW = '[role=grid] [role=row][aria-rowindex="2"], .objects tbody tr';
      await page.until(`document.querySelector('${ROW}') !== null`);
      await page.browser.evaluate(`document.querySelector('${ROW}').click()`);
      await page.until("document.querySelector('.card') !== null");
      await page.browser.evaluate("document.querySelector('.viewer').focus()");
      await page.browser.press('Delete');
      await page.until(counts(2));
      await page.until(SAVED);
      const mean = "/mean ([\\d,]+) µm²/.exec(document.querySelector('.objects')?.innerText ?? '')?.[1]";
      const shown = async (): Promise<number> =>
        Number(String(await page.browser.evaluate(`${mean} ?? ''`)).replaceAll(',', ''));
      await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(0);
      const before = await shown();
      await predictAt('1', "document.querySelector('.jobs').innerText.includes('predict it again')");
      await page.until("document.querySelector('.messages').innerText.includes('stand on its new prediction now')");
      expect(
        await page.browser.evaluate("document.querySelector('.jobs').innerText.includes('predict it again')"),
      ).toBe(false);
      await page.until(counts(2));
      await page.click('Objects');
      // Twice the scale, four times the area.
      await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThan(3.9 * before);
      expect(await shown()).toBeLessThan(4.1 * before);
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );
});
