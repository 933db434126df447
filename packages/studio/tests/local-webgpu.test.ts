/** The page without a server on a graphics card that Chromium emulates (SwiftShader): it is slow, and its answers are those of the processor. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { raster } from '@ftuseg/core';
import { STARTER_MODEL } from '@ftuseg/folders';
import { writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import { compareObjects, objectsIn } from './page/compare-objects.js';
import { type LocalPage, localPage } from './page/local-page.js';

const binary = findChromium();
const run = promisify(execFile);
const program = fileURLToPath(new URL('../../cli/bin/ftu.js', import.meta.url));
const patience = 300_000;
const SIDE = 144;

/** A bright disc and a bright bar on pink. */
function bright(side: number) {
  const data = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = Math.hypot(x - 50, y - 45) < 28 || (Math.abs(x - 107) < 17 && Math.abs(y - 95) < 34);
      data.set(inside ? [250, 170, 225] : [90, 20, 60], 3 * (y * side + x));
    }
  }
  return raster(side, side, 3, data);
}

const press = (text: string): string =>
  `[...document.querySelectorAll('form.group button')].find((one) => one.textContent === '${text}').click()`;
/** Ticks one model: first on, so that never none is ticked. */
const onlyModel = (name: string): string => `(() => {
  const models = [...document.querySelectorAll('form.group .model')];
  const isWanted = (model) => model.innerText.startsWith('${name}');
  for (const model of models.toSorted((a, b) => isWanted(b) - isWanted(a))) {
    if (model.querySelector('input').checked !== isWanted(model)) model.querySelector('input').click();
  }
})()`;
const computedOn = (word: string): string => `(() => {
  const field = [...document.querySelectorAll('select')].find((one) => [...one.options].some(({ value }) => value === 'graphics'));
  field.value = '${word}';
  field.dispatchEvent(new Event('change', { bubbles: true }));
})()`;

// Long: no other tests draw on WebGPU, and its emulation takes the time of several of them.
describe.runIf(binary !== undefined && long)(
  'the page on a graphics card (needs chromium on the PATH: make browser)',
  () => {
    let page: LocalPage;
    let folder = '';
    let slide = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ftuseg-webgpu-'));
      slide = join(folder, 'small.tif');
      await writePyramid(slide, { width: SIDE, height: SIDE, channels: 3, order: 'rows', micronsPerPixel: 0.5 }, [
        bright(SIDE),
      ]);
      page = await localPage(binary ?? '', [STARTER_MODEL], 'webgpu');
      await page.open();
      await page.until("document.querySelector('.start form') !== null");
      await page.browser.evaluate("document.querySelector('.start form button[type=submit]').click()");
      await page.until("document.querySelector('.locked') !== null", 120);
      await page.choose('Slide files', slide);
      await page.until("document.querySelector('.scale-bar') !== null", 120);
      await page.click('Predict');
      await page.choose('Model files', page.model);
      await page.until(
        "document.querySelector('form.group .model:has(:checked)')?.innerText.includes('convolution') ?? false",
      );
    }, patience);

    afterAll(async () => {
      await page?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it(
      'finds on it what `ftu predict` finds',
      async () => {
        await page.browser.evaluate(computedOn('graphics'));
        await page.browser.evaluate(press('Predict'));
        await page.until(
          "document.querySelector('[aria-current=true] .slide-words')?.innerText.includes('2 glomerulus')",
          240,
        );
        await page.click('Export');
        await page.click('This slide as GeoJSON for QuPath');
        const ours = objectsIn((await page.downloaded('small.geojson')).toString());
        const there = join(folder, 'there');
        const args = ['predict', '--slides', slide, '--out', there, '--model', page.model, '--views', 'none'];
        await run(process.execPath, [program, ...args]);
        const theirs = objectsIn(await readFile(join(there, 'geojson', 'small.geojson'), 'utf8'));
        expect(theirs).toHaveLength(2);
        const { ious, different } = compareObjects(ours, theirs);
        expect(ious).toHaveLength(2);
        expect(Math.min(...ious)).toBeGreaterThanOrEqual(0.99);
        expect(different / SIDE ** 2).toBeLessThan(1e-4);
      },
      patience,
    );

    // Shaders of a whole network take this Chromium a minute.
    it.each(['convolution', 'starter'])(
      'agrees with the processor, is slower, and is left alone: %s',
      async (name) => {
        await page.browser.evaluate(onlyModel(name));
        await page.browser.evaluate(computedOn('faster'));
        await page.browser.evaluate(press('Estimate'));
        await page.until("document.querySelector('.job-plan dl') !== null", 240);
        expect(await page.browser.evaluate("document.querySelector('.job-plan').innerText")).toMatch(
          new RegExp(
            `${name}.*: the graphics card takes \\d+ ms for a tile, the processor [\\d.]+ ms: the processor computes`,
          ),
        );
      },
      patience,
    );
  },
);
