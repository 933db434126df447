/** A slide whose file states no scale, in the page without a server: a person says it, or has it estimated, and everything goes by it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { estimateScale, loadModel } from '@ftuseg/infer';
import { openSlide, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tests/chromium.js';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { LOCK, type LocalPage, localPage, press, rectanglePicture, rectangles, STILL } from './page/local-page.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

describe.skipIf(binary === undefined)('a slide without a scale (needs chromium on the PATH: make browser)', () => {
  let page: LocalPage;
  let files: { readonly slide: string; readonly model: string };

  beforeAll(async () => {
    page = await localPage(binary ?? '', false);
    files = { slide: join(page.folder, 'photo.png'), model: join(page.folder, 'microns.onnx') };
    await writePng(files.slide, rectanglePicture());
    const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
    await writeFile(files.model, convolutionModel({ weight, bias: -6 }, { micronsPerPixel: 1 }));
    await page.open();
    await page.until(LOCK);
    await page.choose('Slide files', files.slide);
    await page.until(STILL);
    await page.click('Predict');
    await page.choose('Model files', files.model);
    await page.until("document.querySelector('form.group .model') !== null");
  }, patience);

  afterAll(async () => {
    await page?.close();
  }, patience);

  const state = (scale: string): Promise<unknown> =>
    page.browser.evaluate(`(() => {
      const field = document.querySelector('.scale-field input');
      field.value = '${scale}';
      field.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
  const sees = (words: string): Promise<void> =>
    page.until(`document.querySelector('.jobs').innerText.includes(${JSON.stringify(words)})`);
  const CANNOT = "document.querySelector('form.group button[type=submit]').disabled";

  it(
    'is predicted and measured at the scale that was stated',
    async () => {
      await sees('say the scale of the slide first');
      expect(await page.browser.evaluate(CANNOT)).toBe(true);
      expect(await page.browser.evaluate("document.querySelector('.scale-bar').innerText")).toMatch(/px$/);
      await state('4000');
      await sees('Micrometres per pixel are from 0.05 to 50.');
      expect(await page.browser.evaluate(CANNOT)).toBe(true);
      await state('0.5');
      await page.until("document.querySelector('.scale-bar').innerText.endsWith('µm')");
      await page.until("document.querySelector('.slide-item').innerText.includes('0.6 × 0.45 mm')");
      await page.browser.evaluate(press('Predict'));
      await page.click('Objects');
      // The mean of three rectangles, at a quarter of a square micrometre per pixel.
      const areas = rectangles.map(([left, top, right, bottom]) => ((right - left) * (bottom - top)) / 4);
      const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
      await page.until(
        `document.querySelector('.objects')?.innerText.includes('mean ${mean.toLocaleString('en')} µm²') === true`,
      );
      await page.click('Predict');
      await state('1');
      await sees('predicted and measured at 0.5 µm per pixel: predict it again');
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );

  it(
    'has the scale still after the page was closed',
    async () => {
      await page.open();
      await page.until(LOCK);
      await page.choose('Slide files', files.slide);
      await page.until(STILL);
      await page.click('Predict');
      await page.until("document.querySelector('.scale-field input').value === '1'");
    },
    patience,
  );

  it(
    'has it estimated as Node does',
    async () => {
      const [model, slide] = [await loadModel(files.model), await openSlide(files.slide)];
      const estimate = await estimateScale(slide, [model]);
      await Promise.all([model.close(), slide.close()]);
      const digits = Number(estimate?.micronsPerPixel.toPrecision(2));
      await page.click('Estimate the scale');
      await sees(`About ${digits} µm per pixel`);
      await sees(`by the size of ${estimate?.objects} objects against usual glomeruli`);
      expect(await page.browser.evaluate("document.querySelector('.scale-field input').value")).toBe(`${digits}`);
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );
});
