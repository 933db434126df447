/** The table of objects beside a real slide in a headless Chromium: of a thousand objects the page holds the rows that are seen, and all can be reached. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { builtPage } from './page/built-page.js';
import { type RunningStudio, runStudio, writeSlide } from './running-studio.js';
import { until } from './tools/open-studio.js';

const binary = findChromium();
const COUNT = 1000;
const SIDE = 1600;

/** Squares in a grid, as `ftu predict` writes outlines. */
function collection(): string {
  const features = Array.from({ length: COUNT }, (_, i) => {
    const [x, y, side] = [(i % 40) * 40 + 4, Math.floor(i / 40) * 40 + 4, 10 + (i % 20)];
    const ring = [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
      [x, y],
    ];
    const id = `5a0d1e00-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
    const properties = { classification: { name: 'glomerulus' } };
    return { type: 'Feature', id, geometry: { type: 'Polygon', coordinates: [ring] }, properties };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

describe.skipIf(binary === undefined)('the table of objects (needs Chromium)', () => {
  let folder = '';
  let studio: RunningStudio;
  let browser: Chromium;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-table-'));
    const [slide, found] = [join(folder, 'big.tif'), join(folder, 'found')];
    const page = await builtPage('server', folder);
    await writeSlide(slide, { width: SIDE, height: SIDE });
    await mkdir(join(found, 'geojson'), { recursive: true });
    await writeFile(join(found, 'geojson/big.geojson'), collection());
    const facts = { classes: [{ name: 'glomerulus', count: COUNT }] };
    const report = {
      models: [{ name: 'made', card: { classes: ['glomerulus'], threshold: 0.5 } }],
      settings: { threshold: [0.5] },
      slides: [{ status: 'predicted', id: 'big', image: slide, facts, unreadable: [] }],
    };
    await writeFile(join(found, 'predictions.json'), JSON.stringify(report));
    studio = await runStudio({ input: slide, predictions: [found], page, work: join(folder, 'work') });
    browser = await Chromium.launch(binary ?? '', 'webgl');
    await browser.look(1440, 900);
    await browser.open(studio.addresses.at(-1) ?? studio.studio.address);
    const tab = `[...document.querySelectorAll('[role="tab"]')].find((one) => one.textContent.startsWith('Objects'))`;
    await until(browser, `${tab} !== undefined`);
    await browser.evaluate(`${tab}.click()`);
    await until(browser, `document.querySelector('[role="grid"]')?.ariaRowCount === '${COUNT + 1}'`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const seen = async (): Promise<readonly string[]> => z.array(z.string()).parse(await browser.evaluate(rowsText));
  const rowsText = `[...document.querySelectorAll('.table-space [role="row"]')].map((row) => row.firstChild.textContent)`;

  it('holds the rows that are seen', async () => {
    const rows = await seen();
    expect(rows[0]).toBe('1');
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.length).toBeLessThan(60);
    const height = await browser.evaluate(`document.querySelector('.table').getBoundingClientRect().bottom`);
    expect(height).toBeLessThanOrEqual(900);
  });

  it('shows the last row at its end', async () => {
    await browser.evaluate(`document.querySelector('.table-scroll').scrollTop = 1e9`);
    await until(browser, `${rowsText}.at(-1) === '1,000'`);
  });

  it('sorts all of them', async () => {
    const press = `[...document.querySelectorAll('.table-head button')].find((b) => b.title === 'Sort by area').click()`;
    const first = `document.querySelector('.table-space [role="row"]').children[2].textContent`;
    await browser.evaluate(`document.querySelector('.table-scroll').scrollTop = 0`);
    // Rows follow with the next frame.
    await until(browser, `document.querySelector('.table-space [role="row"]').ariaRowIndex === '2'`);
    await browser.evaluate(press);
    await until(browser, `document.querySelector('[aria-sort="ascending"]')?.textContent.includes('area')`);
    const least = Number(await browser.evaluate(first));
    await browser.evaluate(press);
    await until(browser, `document.querySelector('[aria-sort="descending"]')?.textContent.includes('area')`);
    expect(Number(await browser.evaluate(first)) / least).toBeCloseTo(29 ** 2 / 10 ** 2, 1);
  });
});
