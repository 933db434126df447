/**
 * The whole studio in headless Chromium with as many objects as asked for on a slide of 100,000 x 100,000 pixels: how long its thread is taken by one task
 * while a person pans, zooms, sorts the table and picks an object, and how much memory it takes.
 *
 *   node packages/studio/bench/page.bench.mjs [OBJECTS = 1000000]
 */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { writePyramid } from '@ftuseg/slide';
import { runnerImport } from 'vite';
import { startStudio } from '../dist/index.js';
import { CORNERS, idOf, ringOf } from './overlay-objects.mjs';
import { memoryOf, traceTasks } from './overlay-path.mjs';

const SIDE = 100_000;
const [WIDTH, HEIGHT] = [1440, 900];
const count = Number(process.argv[2] ?? 1_000_000);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [{ module: chromium }, { module: input }] = [
  await runnerImport(here('../../../tests/chromium.ts')),
  await runnerImport(here('../../../tests/chromium-input.ts')),
];
const binary = chromium.findChromium(true);
if (binary === undefined) throw new Error('there is no Chromium');
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-page-bench-'));
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** A slide of one colour: its pixels are not what is measured. */
async function writeSlide(path) {
  const rows = 256;
  const data = new Uint8Array(SIDE * rows * 3).fill(230);
  async function* bands() {
    for (let top = 0; top < SIDE; top += rows) {
      const height = Math.min(rows, SIDE - top);
      yield { width: SIDE, height, channels: 3, data: data.subarray(0, SIDE * height * 3) };
    }
  }
  await writePyramid(path, { width: SIDE, height: SIDE, channels: 3, micronsPerPixel: 0.25, quality: 50 }, bands());
}

function* features() {
  yield '{"type":"FeatureCollection","features":[\n';
  for (let i = 0; i < count; i++) {
    const ring = ringOf(i, count, SIDE);
    const corners = Array.from({ length: CORNERS }, (_, k) => `[${ring[2 * k]},${ring[2 * k + 1]}]`);
    const geometry = `{"type":"Polygon","coordinates":[[${[...corners, corners[0]].join(',')}]]}`;
    const properties = `{"classification":{"name":"glomerulus"},"measurements":{"Mean probability":${((i * 7919) % 1000) / 1000}}}`;
    yield `${i === 0 ? '' : ',\n'}{"type":"Feature","id":"${idOf(i)}","geometry":${geometry},"properties":${properties}}`;
  }
  yield '\n]}\n';
}

const slide = join(folder, 'big.tif');
const predictions = join(folder, 'found');
await mkdir(join(predictions, 'geojson'), { recursive: true });
await writeSlide(slide);
await pipeline(Readable.from(features()), createWriteStream(join(predictions, 'geojson/big.geojson')));
const facts = { classes: [{ name: 'glomerulus', count }] };
await writeFile(
  join(predictions, 'predictions.json'),
  JSON.stringify({
    models: [{ name: 'bench', card: { classes: ['glomerulus'], threshold: 0.5 } }],
    settings: { threshold: [0.5] },
    slides: [{ status: 'predicted', id: 'big', image: slide, facts, unreadable: [] }],
  }),
);

const abort = new AbortController();
const studio = await startStudio({
  input: slide,
  predictions: [predictions],
  work: join(folder, 'work'),
  ftu: ['ftu'],
  version: '0',
  signal: abort.signal,
  onNote: (note) => console.log(note),
});
const browser = await chromium.Chromium.launch(binary, 'webgl');

/** Waits until the page says so. */
async function until(expression, seconds = 300) {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; await sleep(100)) {
    if ((await browser.evaluate(expression)) === true) return;
  }
  throw new Error(`never true: ${expression}`);
}

/** The longest task of what a person does. */
async function measure(what, work) {
  const endTrace = await traceTasks(browser);
  await work();
  await sleep(1500);
  console.log(`${what}: no task had the main thread for more than ${(await endTrace()).toFixed(1)} ms of processor`);
}

const middle = [WIDTH / 2 - 100, HEIGHT / 2];
const head = (label) =>
  `[...document.querySelectorAll('.table-head button')].find((b) => b.title === 'Sort by ${label}')`;
/** Sorts by a column and waits for the mark of it and for another first row. */
async function sortBy(label) {
  const first = `document.querySelector('.table [role="row"]:not(.table-head)')?.textContent`;
  const before = await browser.evaluate(first);
  await browser.evaluate(`${head(label)}.click()`);
  await until(`${first} !== ${JSON.stringify(before)}`);
}

try {
  const started = performance.now();
  await browser.look(WIDTH, HEIGHT, 'light', 'no-preference');
  await browser.open(studio.address);
  const tab = `[...document.querySelectorAll('[role="tab"]')].find((one) => one.textContent.startsWith('Objects'))`;
  await until(`${tab} !== undefined`);
  await browser.evaluate(`${tab}.click()`);
  // Numbers are grouped as the page's language does it.
  const listed = `document.querySelector('#objects-title')?.textContent.replace(/\\D/g, '')`;
  // Outlines are read, checked and packed on the first day.
  await until(`${listed} === '${count}'`, 1800);
  await sleep(3000);
  console.log(
    `${count} objects: shown ${((performance.now() - started) / 1000).toFixed(1)} s after the page was asked for`,
  );
  await measure('pan', async () => {
    const [x, y] = middle;
    for (let i = 0; i < 10; i++) {
      await browser.drag([
        [x, y],
        [x + (i % 2 === 0 ? 250 : -250), y + (i % 3) * 60 - 60],
      ]);
    }
  });
  await measure('zoom', async () => {
    for (let i = 0; i < 16; i++) {
      await input.wheel(browser, middle, i < 10 ? -240 : 240);
      await sleep(150);
    }
  });
  for (const label of ['area', 'mean probability', 'left to right'])
    await measure(`sort by ${label}`, () => sortBy(label));
  await measure('pick', async () => {
    for (let i = 0; i < 20; i++) await browser.drag([[middle[0] + 13 * i - 130, middle[1] + 7 * i - 70]]);
  });
  console.log(await memoryOf(browser));
} finally {
  await browser.close();
  abort.abort('SIGINT');
  await studio.close();
  await rm(folder, { recursive: true, force: true });
}
