/** The real page in headless Chromium before a real studio of a small slide whose edges are known. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { loadModel, predictTable } from '@ftuseg/infer';
import { openSlide, type SlideRow, writePng } from '@ftuseg/slide';
import { Chromium } from '../../../../tests/chromium.js';
import { convolutionModel } from '../../../../tests/convolution-model.js';
import { buildSlide } from '../../../slide/tests/dicom/slide-builder.mjs';
import { withProfile } from '../../../slide/tests/with-profile.js';
import { startStudio } from '../../src/index.js';
import { builtPage } from './built-page.js';

const SIZE = { width: 1200, height: 900 };
export const MICRONS_PER_PIXEL = 0.5;

/** Bright on dark: left, top, right, bottom. The second lies over the corner of four tiles. */
export const rectangles: readonly (readonly [number, number, number, number])[] = [
  [200, 150, 360, 270],
  [480, 400, 600, 540],
  [800, 200, 840, 260],
];

async function writeFixture(folder: string): Promise<SlideRow> {
  const { width, height } = SIZE;
  const data = new Uint8Array(width * height * 3).fill(40);
  for (const [left, top, right, bottom] of rectangles) {
    for (let y = top; y < bottom; y++) data.fill(235, 3 * (y * width + left), 3 * (y * width + right));
  }
  const image = join(folder, 'edges.png');
  await writePng(image, raster(width, height, 3, data));
  const features = rectangles.map(([left, top, right, bottom]) => ({
    type: 'Feature',
    properties: { classification: { name: 'glomerulus' } },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [left, top],
          [right, top],
          [right, bottom],
          [left, bottom],
          [left, top],
        ],
      ],
    },
  }));
  await writeFile(join(folder, 'edges.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  return { id: 'edges', image, micronsPerPixel: MICRONS_PER_PIXEL, columns: { id: 'edges', image } };
}

/** A level that was made of a larger one, whose file is not there. */
function resampled(): Uint8Array {
  const side = 256;
  const type = 'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED';
  return buildSlide({
    width: side,
    height: side,
    tile: [side, side],
    type,
    frameData: [new Uint8Array(side * side * 3).fill(200)],
  });
}

/** Grey of 150 with a profile by which that is far brighter. */
export async function profiled(): Promise<Buffer> {
  const side = 500;
  const grey = raster(side, side, 3, new Uint8Array(side * side * 3).fill(150));
  const profile = new URL('../../../slide/tests/fixtures/icc/matrix-linear.icc', import.meta.url);
  return withProfile(grey, new Uint8Array(await readFile(profile)), 'png');
}

async function predict(folder: string, row: SlideRow): Promise<string> {
  const path = join(folder, 'model.onnx');
  const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
  await writeFile(path, convolutionModel({ weight, bias: -6 }, { downsample: 2 }));
  const model = await loadModel(path);
  const out = join(folder, 'predicted');
  await predictTable([row], [{ model, weight: 1 }], { out, all: true });
  await model.close();
  return out;
}

export interface PageStudio {
  readonly browser: Chromium;
  /** Of the page, without a token. */
  readonly origin: string;
  /** Opens the page at a fragment and waits until it stands still. */
  readonly open: (fragment?: string) => Promise<void>;
  /** Waits for an expression to be true. @throws what it was instead, after 45 seconds */
  readonly until: (expression: string) => Promise<void>;
  /** Waits until everything is loaded and nothing moves. */
  readonly settled: () => Promise<Picture>;
  readonly close: () => Promise<void>;
}

export interface Picture {
  readonly png: Buffer;
  readonly at: (x: number, y: number) => readonly [red: number, green: number, blue: number];
}

export const pictureOf = async (png: Buffer, path: string): Promise<Picture> => {
  await writeFile(path, png);
  const slide = await openSlide(path);
  const { width, height } = slide;
  const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  await slide.close();
  return {
    png,
    at: (x, y) => {
      const i = 3 * (Math.floor(y) * width + Math.floor(x));
      return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
    },
  };
};

/** Chromium without a graphics card draws WebGL on the processor all the same: this takes it away, as an old browser lacks it. */
export const WITHOUT_WEBGL = `const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return String(kind).includes('webgl') ? null : getContext.call(this, kind, ...more);
};`;

/** Reports what the page would only tell its console. */
const WATCH = `window.__problems = [];
addEventListener('error', (event) => __problems.push(event.message));
addEventListener('unhandledrejection', (event) => __problems.push(String(event.reason)));
addEventListener('securitypolicyviolation', (event) => __problems.push('policy: ' + event.violatedDirective));`;

export async function pageStudio(binary: string): Promise<PageStudio> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-page-'));
  const page = await builtPage('server', folder);
  const row = await writeFixture(folder);
  const predicted = await predict(folder, row);
  const table = `id,image,annotations,mpp\nedges,edges.png,edges.geojson,${MICRONS_PER_PIXEL}\nbroken,broken.tif,,\nscan,scan.dcm,,\nprofiled,profiled.png,,0.5\n`;
  await writeFile(join(folder, 'scan.dcm'), resampled());
  await writeFile(join(folder, 'profiled.png'), await profiled());
  await writeFile(join(folder, 'broken.tif'), 'this is no picture');
  await writeFile(join(folder, 'slides.csv'), table);
  await mkdir(join(folder, 'work'));
  const ending = new AbortController();
  const studio = await startStudio({
    input: join(folder, 'slides.csv'),
    predictions: [predicted],
    work: join(folder, 'work'),
    page,
    ftu: ['ftu'],
    version: '0.0.0',
    signal: ending.signal,
    onNote: () => undefined,
  });
  const browser = await Chromium.launch(binary, 'webgl');
  await browser.look(1200, 700, 'light', 'no-preference');
  await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
  await browser.open(studio.address);

  const until = async (expression: string): Promise<void> => {
    const end = Date.now() + 45_000;
    for (;;) {
      const found = await browser.peek(`(${expression}) ?? null`);
      if (found === true) return;
      if (Date.now() > end) throw new Error(`${expression} is ${JSON.stringify(found)} and not true`);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const settled = async (): Promise<Picture> => {
    // Springs of the camera take a third of a second.
    await new Promise((done) => setTimeout(done, 400));
    await until(`[...document.querySelectorAll('.pane')].every((pane) => pane.getAttribute('aria-busy') === 'false')`);
    await browser.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    return pictureOf(await browser.screenshot('window'), join(folder, 'window.png'));
  };
  const origin = new URL(studio.address).origin;
  return {
    browser,
    origin,
    until,
    settled,
    open: async (fragment = '') => {
      // Another fragment alone would not load the page anew.
      await browser.open('about:blank');
      await browser.open(`${origin}/${fragment}`);
      await until(`document.querySelector('.scale-bar') !== null`);
      await new Promise((done) => setTimeout(done, 100));
      await until(`document.querySelector('.pane').getAttribute('aria-busy') === 'false'`);
    },
    close: async () => {
      await browser.close();
      ending.abort();
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
