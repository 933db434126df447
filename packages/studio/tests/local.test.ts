/** The page without a server, as a person uses it: a slide from the disk, a prediction, corrections, another day, and what she takes along. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { raster } from '@ftuseg/core';
import { openSlide, writeDicom, writeZarr } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import { buildMirax } from '../../slide/tests/mirax/mirax-builder.mjs';
import { buildVsi } from '../../slide/tests/vsi/vsi-builder.mjs';
import { LOCK, type LocalPage, localPage, PANE_BOX, press, rectangles, SIZE, STILL } from './page/local-page.js';
import { profiled } from './page/page-studio.js';

const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

const counts = (count: number): string =>
  `document.querySelector('[aria-current="true"] .slide-words')?.innerText.includes('${count} glomerulus') === true`;

const collection = z.object({
  features: z.array(z.object({ id: z.string(), geometry: z.object({ coordinates: z.array(z.unknown()) }) })),
});

describe.skipIf(binary === undefined)('the page without a server (needs chromium on the PATH: make browser)', () => {
  let page: LocalPage;
  /** Requests until the page was locked. */
  let before = 0;

  beforeAll(async () => {
    page = await localPage(binary ?? '', true);
  }, patience);

  afterAll(async () => {
    await page?.close();
  }, patience);

  it(
    'says what models weigh, loads them, and refuses every connection from then on',
    async () => {
      await page.open();
      await page.until("document.querySelector('.start form') !== null");
      expect(await page.browser.evaluate("document.querySelector('.model').innerText")).toContain(
        '1 kB, licence MIT. Finds bright.',
      );
      await page.click('Load 1 kB and go on');
      await page.until(LOCK);
      before = page.asked.length;
      expect(page.asked).toContain('/tiny.onnx');
      const refused = "fetch('/models.json').then(() => 'answered', () => 'refused')";
      expect(await page.browser.evaluate(refused)).toBe('refused');
      const picture = `new Promise((done) => Object.assign(new Image(), { src: '/leak.png', onload: () => done('loaded'), onerror: () => done('refused') }))`;
      expect(await page.browser.evaluate(picture)).toBe('refused');
    },
    patience,
  );

  it(
    'shows a slide from the disk, and says why another file is none',
    async () => {
      await page.choose('Slide files', page.slide, page.model);
      await page.until(STILL);
      await page.until("document.querySelectorAll('.slide-item').length === 2");
      expect(await page.browser.evaluate("document.querySelector('.slide-item .problem').innerText")).toMatch(
        /convert it with `ftu convert`|is no slide|not a/i,
      );
      const { at } = await page.picture();
      // Three bright rectangles on a dark ground: every tile lies where it belongs, once.
      const box = z
        .tuple([z.number(), z.number(), z.number(), z.number()])
        .parse(await page.browser.evaluate(PANE_BOX));
      const scale = Math.min(box[2] / SIZE.width, box[3] / SIZE.height);
      const [left, top] = [box[0] + (box[2] - SIZE.width * scale) / 2, box[1] + (box[3] - SIZE.height * scale) / 2];
      const red = (x: number, y: number): number => at(left + x * scale, top + y * scale)[0];
      for (const [x0, y0, x1, y1] of rectangles) {
        expect(red((x0 + x1) / 2, (y0 + y1) / 2)).toBeGreaterThan(230);
        expect(red(x1 + 40, (y0 + y1) / 2)).toBeLessThan(110);
      }
      expect(red(700, 700)).toBeLessThan(110);
    },
    patience,
  );

  it(
    'predicts it, with the objects that are there',
    async () => {
      await page.click('Predict');
      await page.until("document.querySelector('form.group .model') !== null");
      await page.browser.evaluate(press('Estimate'));
      await page.until("document.querySelector('.job-plan dl') !== null");
      await page.browser.evaluate(press('Predict'));
      await page.until(counts(rectangles.length));
      // The numbers of the slide are those of the prediction, not of the slide as it was opened.
      await page.click('Objects');
      await page.until("document.querySelector('.summary')?.innerText.includes('of tissue (') === true");
      expect(await page.browser.evaluate("document.querySelector('.summary').innerText")).toMatch(/glomerulus\s+3/);
      await page.click('Export');
      await page.click('This slide as GeoJSON for QuPath');
      const { features } = collection.parse(JSON.parse((await page.downloaded('edges.geojson')).toString()));
      expect(features).toHaveLength(rectangles.length);
    },
    patience,
  );

  it(
    'keeps corrections, and has them and undo another day when the file is chosen again',
    async () => {
      await page.click('Objects');
      await page.until(
        'document.querySelector(\'[role=grid] [role=row][aria-rowindex="2"], .objects tbody tr\') !== null',
      );
      await page.browser.evaluate(
        'document.querySelector(\'[role=grid] [role=row][aria-rowindex="2"], .objects tbody tr\').click()',
      );
      await page.until("document.querySelector('.card') !== null");
      await page.browser.evaluate("document.querySelector('.viewer').focus()");
      await page.browser.press('Delete');
      await page.until(counts(2));
      await page.until("document.querySelector('.saving').innerText === 'all saved'");
      await page.open();
      await page.until(LOCK);
      await page.until("document.querySelector('.slide-item') !== null");
      expect(await page.browser.evaluate("document.querySelector('.slide-item').innerText")).toContain(
        'choose it again',
      );
      before = page.asked.length;
      await page.choose('Slide files', page.slide);
      await page.until(STILL);
      await page.until(counts(2));
      await page.until(`document.querySelector('.history button').disabled === false`);
      await page.browser.evaluate("document.querySelector('.history button').click()");
      await page.until(counts(3));
    },
    patience,
  );

  it(
    'puts everything into a ZIP that it takes back after all was deleted',
    async () => {
      await page.click('Export');
      await page.click('Everything as one ZIP, to go on in another browser');
      await page.downloaded('ftuseg-work.zip');
      await page.click('Delete work');
      await page.click('Delete for good');
      await page.until("document.querySelector('.slide-item') === null");
      await page.choose('Exported work', join(page.folder, 'downloads', 'ftuseg-work.zip'));
      await page.until("document.querySelector('.slide-item') !== null");
      await page.choose('Slide files', page.slide);
      await page.until(STILL);
      await page.until(counts(3));
      await page.choose('Exported work', join(page.folder, 'downloads', 'ftuseg-work.zip'));
      await page.until("document.body.innerText.includes('already in this browser, left as it is')");
      const listed = await page.browser.evaluate("document.querySelector('.slide-item').innerText");
      expect(listed).not.toContain('choose it again');
    },
    patience,
  );

  it('asked the server for nothing after it was locked', async () => {
    expect(page.asked.slice(before)).toEqual([]);
    expect(await page.browser.evaluate('__problems')).toEqual([]);
  });

  it.runIf(long)(
    'shows a slide in sRGB by its ICC profile, and as stored where that is asked',
    async () => {
      const path = join(page.folder, 'profiled.png');
      await writeFile(path, await profiled());
      await page.choose('Slide files', path);
      await page.until("document.querySelector('.colour-mark')?.innerText === 'sRGB by ICC profile'");
      const middle = async (): Promise<number> => {
        await page.until(STILL);
        const [left, top, width, height] = z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .parse(await page.browser.evaluate(PANE_BOX));
        return (await page.picture()).at(left + width / 2, top + height / 2)[0];
      };
      // Linear light of 150 of 255 is 202 in sRGB.
      expect(await middle()).toBe(202);
      await page.click('Layers');
      await page.browser.evaluate("document.querySelector('.colour-switch input').click()");
      await page.until("document.querySelector('.colour-mark')?.innerText === 'stored colours'");
      expect(await middle()).toBe(150);
    },
    patience,
  );

  it(
    'opens slides of several files as folders: MIRAX and VSI by choice, DICOM and OME-Zarr dropped',
    async () => {
      const flat = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => [200, 30, 90][at % 3] ?? 0);
      const scene = raster(64, 64, 3, flat);
      const opened = (text: string): string =>
        `document.querySelector('[aria-current="true"] .slide-words')?.textContent.includes(${JSON.stringify(text)}) === true && document.querySelector('[aria-current="true"] .problem') === null`;
      for (const [ending, { files }] of [
        ['mrxs', await buildMirax({ scene })],
        ['vsi', await buildVsi({ stacks: [{ scene }] })],
      ] as const) {
        const place = join(page.folder, ending);
        for (const [name, bytes] of files) {
          await mkdir(dirname(join(place, name)), { recursive: true });
          await writeFile(join(place, name), bytes);
        }
        await page.choose('Slide folder', place);
        await page.until(opened(`.${ending}`));
        await page.until(
          `document.querySelector('.viewer')?.getAttribute('aria-label').endsWith('.${ending}') === true`,
        );
        await page.until(STILL);
        expect((await page.picture()).at(500, 400)).toEqual([200, 30, 90]);
      }

      const [dicom, zarr] = [join(page.folder, 'series'), join(page.folder, 'zarr.ome.zarr')];
      const slide = await openSlide(page.slide);
      await writeDicom(dicom, slide, { micronsPerPixel: 0.5, container: 'series' });
      await writeZarr(zarr, slide, { version: '0.5', container: 'folder', name: 'zarr', micronsPerPixel: 0.5 });
      await slide.close();
      for (const folder of [dicom, zarr]) {
        const data = { items: [], files: [folder], dragOperationsMask: 1 };
        for (const type of ['dragEnter', 'dragOver', 'drop']) {
          await page.browser.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data });
        }
        await page.until(opened(basename(folder)));
        await page.until(
          `document.querySelector('.viewer')?.getAttribute('aria-label') === 'Slide ${basename(folder)}'`,
        );
        await page.until(STILL);
        const [left, top, width, height] = z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .parse(await page.browser.evaluate(PANE_BOX));
        const scale = Math.min(width / SIZE.width, height / SIZE.height);
        const { at } = await page.picture();
        const red = (x: number, y: number): number =>
          at(
            left + (width - SIZE.width * scale) / 2 + x * scale,
            top + (height - SIZE.height * scale) / 2 + y * scale,
          )[0];
        for (const [x0, y0, x1, y1] of rectangles) expect(red((x0 + x1) / 2, (y0 + y1) / 2)).toBeGreaterThan(230);
        expect(red(700, 700)).toBeLessThan(110);
      }
      expect(await page.browser.evaluate('__problems')).toEqual([]);
    },
    patience,
  );
});
