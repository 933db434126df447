/** The report as readers meet it: on a desk, on a phone, by night, with the keyboard, on paper. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReport } from '@ftuseg/experiment';
import { openSlide } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { exampleReport } from './report-example.js';

const binary = findChromium();
const asked = process.env.FTU_SCREENSHOTS;
/** Browsers start slowly on shared machines. */
const patience = 300_000;

describe.skipIf(binary === undefined)('the report in Chromium (needs chromium on the PATH: make browser)', () => {
  let folder: string;
  let browser: Chromium;

  beforeAll(async () => {
    folder = asked === undefined ? await mkdtemp(join(tmpdir(), 'ftuseg-report-')) : resolve(asked);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'report.html'), renderReport(await exampleReport()));
    browser = await Chromium.launch(binary ?? '');
    await browser.look(1280, 900);
    await browser.open(pathToFileURL(join(folder, 'report.html')).href);
  }, patience);

  afterAll(async () => {
    await browser?.close();
    if (asked === undefined && folder !== undefined) await rm(folder, { recursive: true, force: true });
  }, patience);

  /** Writes a PNG and reads it back: its size, and how many colours it has (of those with 4 bits a channel). */
  async function picture(name: string, extent: 'window' | 'page') {
    const path = join(folder, name);
    await writeFile(path, await browser.screenshot(extent));
    const slide = await openSlide(path);
    try {
      const { width, height } = slide;
      const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      const colours = new Set<number>();
      for (let i = 0; i < data.length; i += 3) {
        colours.add((((data[i] ?? 0) >> 4) << 8) | (((data[i + 1] ?? 0) >> 4) << 4) | ((data[i + 2] ?? 0) >> 4));
      }
      return { width, height, colours: colours.size, corner: data[0] ?? 0 };
    } finally {
      await slide.close();
    }
  }

  it.each([
    { name: 'desktop', width: 1280, scheme: 'light' },
    { name: 'desktop-dark', width: 1280, scheme: 'dark' },
    { name: 'phone', width: 390, scheme: 'light' },
    { name: 'phone-dark', width: 390, scheme: 'dark' },
  ] as const)(
    'fits the window: $name',
    async ({ name, width, scheme }) => {
      await browser.look(width, 844, scheme);
      // Lazy pictures are decoded where they come near the window.
      await browser.evaluate(
        `Promise.all([...document.querySelectorAll('main img')].map((image) => { image.loading = 'eager'; return image.decode(); })).then(() => 0)`,
      );
      const probe = `document.documentElement.scrollWidth + ' of ' + innerWidth`;
      expect(await browser.evaluate(probe)).toBe(`${width} of ${width}`);
      const shot = await picture(`${name}.png`, 'page');
      expect(shot.width).toBe(width);
      expect(shot.height).toBeGreaterThan(3000);
      expect(shot.colours).toBeGreaterThan(30);
      if (scheme === 'dark') expect(shot.corner).toBeLessThan(64);
      else expect(shot.corner).toBeGreaterThan(240);
    },
    patience,
  );

  it(
    'opens pictures with the keyboard, goes on, and comes back to where it was',
    async () => {
      await browser.look(1280, 844);
      const shown = `document.querySelector('.viewer[open] figcaption')?.textContent ?? 'closed'`;
      await browser.evaluate(`document.querySelector('button.open').focus()`);
      await browser.press('Enter');
      expect(await browser.evaluate(shown)).toMatch(/^kidney-\d\d Dice .*\(1 of 12\)$/);
      expect((await picture('viewer.png', 'window')).colours).toBeGreaterThan(30);
      await browser.press('ArrowRight');
      expect(await browser.evaluate(shown)).toMatch(/\(2 of 12\)$/);
      await browser.press('ArrowLeft');
      await browser.press('ArrowLeft');
      expect(await browser.evaluate(shown)).toMatch(/\(12 of 12\)$/);
      await browser.press('Escape');
      await expect.poll(() => browser.evaluate(shown)).toBe('closed');
      const focused = `[...document.querySelectorAll('button.open')].indexOf(document.activeElement)`;
      await expect.poll(() => browser.evaluate(focused)).toBe(11);
    },
    patience,
  );

  it(
    'prints, and the recipe with it, without a script',
    async () => {
      const recipe = `document.querySelector('pre').checkVisibility()`;
      expect(await browser.evaluate(recipe)).toBe(false);
      await browser.send('Emulation.setEmulatedMedia', { media: 'print' });
      expect(await browser.evaluate(recipe)).toBe(true);
      await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
      await browser.open(pathToFileURL(join(folder, 'report.html')).href);
      const pdf = await browser.pdf();
      await writeFile(join(folder, 'report.pdf'), pdf);
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.toString('latin1').match(/\/Subtype \/Image/g)?.length ?? 0).toBeGreaterThanOrEqual(12);
    },
    patience,
  );
});
