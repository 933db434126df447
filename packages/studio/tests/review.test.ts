/** A review by the keyboard alone in headless Chromium: a hundred decisions, a fix, a look back, and a server that ends in between. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { loadModel, predictTable } from '@ftuseg/infer';
import { readSlideTable, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { long } from '../../../tests/long.js';
import { type Studio, startStudio } from '../src/index.js';
import { builtPage } from './page/built-page.js';

const chromium = findChromium();
let folder: string;
let page: string;
let studio: Studio;
let browser: Chromium;
/** Level-0 pixels: one slide with nearly all, so that the browser opens few slides. */
const slides = { a: [1500, 1300], b: [200, 300] } as const;
const STEP = 100;

/** Discs of several sizes and brightnesses, so that some are objects and some are candidates. */
function brightness(x: number, y: number, slide: number): number {
  const [column, row] = [Math.floor(x / STEP), Math.floor(y / STEP)];
  const number = (column * 7 + row * 13 + slide * 5) % 10;
  const far = 18 + number - Math.hypot((x % STEP) - 50, (y % STEP) - 50);
  return Math.round(Math.min(110 + 14 * number, Math.max(5, 128 + 12 * far)));
}

async function writeSlides(): Promise<void> {
  for (const [name, [width, height]] of Object.entries(slides)) {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      data.fill(brightness(i % width, Math.floor(i / width), name.charCodeAt(0)), 3 * i, 3 * i + 3);
    }
    await writePng(join(folder, `${name}.png`), raster(width, height, 3, data));
  }
  await writeFile(join(folder, 'slides.csv'), 'id,image,mpp\na,a.png,2\nb,b.png,2\n');
  const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
  await writeFile(join(folder, 'model.onnx'), convolutionModel({ weight, bias: -6 }, { downsample: 2 }));
  const model = await loadModel(join(folder, 'model.onnx'));
  const rows = await readSlideTable(join(folder, 'slides.csv'));
  await predictTable(rows, [{ model, weight: 1 }], { out: join(folder, 'found'), all: true });
  await model.close();
}

const open = (): Promise<Studio> =>
  startStudio({
    input: join(folder, 'slides.csv'),
    predictions: [join(folder, 'found')],
    page,
    ftu: [],
    version: '0',
    signal: new AbortController().signal,
    onNote: () => undefined,
  });

async function press(key: string): Promise<void> {
  const code = { ArrowLeft: 37, ArrowRight: 39 }[key] ?? key.toUpperCase().charCodeAt(0);
  const common = { key, code: key.length === 1 ? `Key${key.toUpperCase()}` : key, windowsVirtualKeyCode: code };
  await browser.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    ...common,
    ...(key.length === 1 ? { text: key } : {}),
  });
  await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
}

/** Waits until an expression is true in the page. */
async function until(expression: string): Promise<void> {
  for (let tries = 0; tries < 2400; tries++) {
    if ((await browser.peek(`Boolean(${expression})`)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const page = await browser.evaluate('document.body.innerText');
  throw new Error(`${expression} never came true: ${page}`);
}

const text = async (selector: string): Promise<string> =>
  String(await browser.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`));
const focused = (): Promise<unknown> =>
  browser.evaluate('document.activeElement?.id || document.activeElement?.className');

/** By its key; a page that has just been opened may not hear the first press. */
async function toReview(): Promise<void> {
  await until("document.querySelector('.viewer')");
  for (let tries = 0; tries < 300 && (await focused()) !== 'review'; tries++) {
    await press('q');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await focused()).toBe('review');
}

/** Objects of all slides, as the list has them. */
const FOUND =
  "[...document.querySelectorAll('.slide-item')].reduce((sum, { innerText }) => sum + Number(innerText.match(/(\\d+) glomerulus/)?.[1] ?? 0), 0)";
const found = async (): Promise<number> => Number(await browser.evaluate(FOUND));

/** Of the queue as the server has it, asked for by the page, which has the cookie. */
const counts = (): Promise<unknown> =>
  browser.evaluate("fetch('/api/review?limit=0').then((answer) => answer.json()).then((page) => page.counts)");

beforeAll(async () => {
  if (chromium === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-review-'));
  await writeSlides();
  page = await builtPage('server', folder);
  studio = await open();
  browser = await Chromium.launch(chromium, 'webgl');
  await browser.look(1200, 700);
}, 120_000);
afterAll(async () => {
  if (chromium === undefined) return;
  await browser.close();
  await studio.close();
  await rm(folder, { recursive: true, force: true });
});

/** A hundred in `make test-all`. */
const DECISIONS = long ? 100 : 10;
const REJECTED = Math.ceil(DECISIONS / 3);

describe.skipIf(chromium === undefined)('the review in Chromium', () => {
  it('takes many decisions by keys, tells each to the screen reader, and keeps the focus', async () => {
    await browser.open(studio.address);
    await toReview();
    await until(
      "document.querySelector('.review-item h3') !== null && / of [12]\\d\\d reviewed\\.$/.test(document.querySelector('.review-progress p').textContent)",
    );
    const heard = new Set<string>();
    const before = await found();
    let more = 0;
    for (let i = 0; i < DECISIONS; i++) {
      const before = await text('.review [aria-live]');
      const isCandidate = (await text('.review-item h3')).startsWith('Dropped');
      if (isCandidate !== (i % 3 === 0)) more += isCandidate ? 1 : -1;
      await press(i % 3 === 0 ? 'x' : 'a');
      await until(`document.querySelector('.review [aria-live]').textContent !== ${JSON.stringify(before)}`);
      const now = await text('.review [aria-live]');
      // The server may be slower than these keys.
      await until("document.querySelector('.review-item h3')");
      expect(now).toMatch(i % 3 === 0 ? /^Rejected/ : /^Accepted/);
      heard.add(now);
    }
    expect(heard.size).toBeGreaterThan(DECISIONS / 2);
    expect(await focused()).toBe('review');
    await until(`/^${DECISIONS} of/.test(document.querySelector('.review-progress p').textContent)`);
    expect(await counts()).toMatchObject({ accepted: DECISIONS - REJECTED, rejected: REJECTED, later: 0 });
    expect(await text('.measures')).toMatch(/Precision\d+(\.\d)? % \(/);
    // What was rejected is no object any more, wherever objects are counted; what was accepted of the candidates is one.
    expect(more).not.toBe(0);
    await until(`(${FOUND}) === ${before + more}`);
    const listed = "document.querySelector('.slide-item[aria-current=true]').innerText.match(/(\\d+) /)[1]";
    await browser.evaluate("document.querySelector('#tab-objects').click()");
    await until(`document.querySelector('#objects-title')?.innerText === 'All objects (' + ${listed} + ')'`);
    await until(`document.querySelector('.summary dd')?.innerText === ${listed}`);
    await browser.evaluate("document.querySelector('#tab-layers').click()");
    await until(`document.querySelector('.layer-count')?.innerText === ${listed}`);
    await toReview();
  }, 180_000);

  it('shows what was judged again, and puts off', async () => {
    const name = (): Promise<string> => text('.review-item');
    const here = await name();
    await press('ArrowLeft');
    expect(await name()).toContain('rejected');
    // It is outlined, and no object that could be selected.
    await browser.evaluate("document.querySelector('#tab-objects').click()");
    await until("document.querySelector('.objects') !== null");
    expect(await browser.evaluate("document.querySelector('.card') === null")).toBe(true);
    await toReview();
    await press('ArrowRight');
    expect(await name()).toBe(here);
    await press('l');
    await until("/1 put off/.test(document.querySelector('.review-progress p').textContent)");
    // Letters are the tools' keys elsewhere.
    await browser.evaluate("document.querySelector('#tab-review').focus()");
    await press('x');
    expect(await counts()).toMatchObject({ rejected: REJECTED, later: 1 });
  });

  it('gives an object to the tools and comes back', async () => {
    await toReview();
    await press('e');
    await until("document.activeElement?.className === 'viewer'");
    await until("document.querySelector('.tools [aria-label=Vertices]')?.getAttribute('aria-pressed') === 'true'");
    await toReview();
  });

  it('has no serious findings of axe', async () => {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await browser.evaluate(`${source}; true`);
    const found = await browser.evaluate(
      "axe.run('#side-panel').then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => [id, nodes[0].html]))",
    );
    expect(found).toEqual([]);
  });

  it('goes on where it stood when the studio starts again', async () => {
    const before = await counts();
    await studio.close();
    studio = await open();
    await browser.open(studio.address);
    await toReview();
    // A candidate that was given to the tools counts as accepted.
    const reviewed = z.looseObject({ accepted: z.number(), rejected: z.number() }).parse(before);
    const words = JSON.stringify(`${reviewed.accepted + reviewed.rejected} of`);
    await until(`document.querySelector('.review-progress p')?.textContent.startsWith(${words})`);
    await until("document.querySelector('.review-item h3')");
    await until("!document.querySelector('.review-progress p').textContent.includes('Slides read so far')");
    expect(await counts()).toEqual(before);
    await press('ArrowLeft');
    await until("/accepted|rejected/.test(document.querySelector('.review-item').textContent)");
  }, 60_000);
});
