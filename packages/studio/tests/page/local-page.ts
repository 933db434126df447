/** The page that works without a server, in headless Chromium: its folder of static files, a slide on the disk, and a server that counts. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { writePyramid } from '@ftuseg/slide';
import { z } from 'zod';
import { Chromium, type Graphics } from '../../../../tests/chromium.js';
import { convolutionModel } from '../../../../tests/convolution-model.js';
import { writeStaticStudio } from '../../src/index.js';
import type { ModelsFile } from '../../src/models/models-file.js';
import { builtPage } from './built-page.js';
import { type Picture, pictureOf } from './page-studio.js';

export const SIZE = { width: 1200, height: 900 };

/** Bright on dark: left, top, right, bottom. */
export const rectangles: readonly (readonly [number, number, number, number])[] = [
  [200, 150, 360, 270],
  [480, 400, 600, 540],
  [800, 200, 840, 260],
];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

async function serve(folder: string, asked: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (body) => {
        response.writeHead(200, { 'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream' });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Bright rectangles on a dark ground. */
export function rectanglePicture({ width, height } = SIZE, boxes = rectangles): Raster {
  const data = new Uint8Array(width * height * 3);
  // Pink, so that nothing is taken for background.
  for (let i = 0; i < data.length; i += 3) data.set([90, 20, 60], i);
  for (const [left, top, right, bottom] of boxes) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data.set([250, 170, 225], 3 * (y * width + x));
    }
  }
  return raster(width, height, 3, data);
}

/** Such a picture as a slide that states its scale. */
export async function writeSlide(path: string, size = SIZE, boxes = rectangles): Promise<void> {
  const options = { ...size, channels: 3, order: 'rows', micronsPerPixel: 0.5 } as const;
  await writePyramid(path, options, [rectanglePicture(size, boxes)]);
}

/** Red of 4 and more in 9 pixels is foreground. */
const tinyModel = (): Uint8Array => {
  const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
  return convolutionModel({ weight, bias: -6 }, { downsample: 2 });
};

/** The page is locked. */
export const LOCK = "document.querySelector('.locked') !== null";
/** The viewer shows all of what it is to show. */
export const STILL = `document.querySelector('.scale-bar') !== null && document.querySelector('.pane').getAttribute('aria-busy') === 'false'`;
/** Where the viewer is: left, top, width and height. */
export const PANE_BOX = `(({ left, top, width, height }) => [left, top, width, height])(document.querySelector('.pane').getBoundingClientRect())`;
/** Presses a button of the form of predictions. */
export const press = (text: string): string =>
  `[...document.querySelectorAll('form.group button')].find((one) => one.textContent === '${text}').click()`;

export interface LocalPage {
  readonly browser: Chromium;
  readonly folder: string;
  readonly slide: string;
  readonly model: string;
  readonly origin: string;
  /** Paths that the server was asked for. */
  readonly asked: string[];
  readonly open: () => Promise<void>;
  /** Opens the page, loads the models that it offers, and waits until it is locked. */
  readonly load: () => Promise<void>;
  /** Gives files to the input of that label. */
  readonly choose: (label: string, ...paths: readonly string[]) => Promise<void>;
  /** Waits for an expression to be true. @throws what it was instead */
  readonly until: (expression: string, seconds?: number) => Promise<void>;
  readonly click: (text: string) => Promise<void>;
  readonly picture: () => Promise<Picture>;
  /** A file among the downloads, when it is whole. */
  readonly downloaded: (name: string) => Promise<Buffer>;
  readonly close: () => Promise<void>;
}

const WATCH = `window.__problems = [];
delete window.showOpenFilePicker;
addEventListener('error', (event) => __problems.push(event.message));
addEventListener('unhandledrejection', (event) => __problems.push(String(event.reason)));`;

/** A button, a tab, or a choice of a menu with that text. */
const buttonOf = (text: string): string =>
  `[...document.querySelectorAll('button, [role=tab], [role=menuitem]')].find((one) => one.textContent.trim() === ${JSON.stringify(text)} || one.getAttribute('aria-label') === ${JSON.stringify(text)})`;

/** @param models whether the folder has the tiny model beside the page; paths: these, as `ftu studio --static` puts them there */
export async function localPage(
  binary: string,
  models: boolean | readonly string[],
  graphics: Graphics = 'webgl',
): Promise<LocalPage> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-local-'));
  const files = join(folder, 'static');
  const downloads = join(folder, 'downloads');
  await mkdir(downloads);
  const built = await builtPage('static', folder);
  await writeStaticStudio({ out: files, page: built, models: typeof models === 'boolean' ? [] : models });
  const [slide, model] = [join(folder, 'edges.tif'), join(folder, 'tiny.onnx')];
  await writeSlide(slide);
  await writeFile(model, tinyModel());
  if (models === true) {
    await writeFile(join(files, 'tiny.onnx'), tinyModel());
    const sha256 = createHash('sha256').update(tinyModel()).digest('hex');
    const { size } = await stat(model);
    const offered = { name: 'tiny', file: 'tiny.onnx', bytes: size, sha256, summary: 'Finds bright.', licence: 'MIT' };
    await writeFile(join(files, 'models.json'), JSON.stringify({ models: [offered] } satisfies ModelsFile));
  }
  const asked: string[] = [];
  const server = await serve(files, asked);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const browser = await Chromium.launch(binary, graphics);
  await browser.look(1200, 700);
  await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
  await browser.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });

  const until = async (expression: string, seconds = 60): Promise<void> => {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const found = await browser.peek(`(${expression}) ?? null`);
      if (found === true) return;
      if (Date.now() > end) {
        const shown = await browser.evaluate('document.body.innerText + JSON.stringify(__problems)');
        throw new Error(`${expression} is ${JSON.stringify(found)} and not true; the page: ${shown}`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const open = async (): Promise<void> => {
    await browser.open('about:blank');
    await browser.open(`${origin}/`);
  };
  const choose = async (label: string, ...paths: readonly string[]): Promise<void> => {
    await browser.send('DOM.enable');
    const { root } = z
      .object({ root: z.object({ nodeId: z.number() }) })
      .parse(await browser.send('DOM.getDocument', { depth: 0 }));
    const found = await browser.send('DOM.querySelector', {
      nodeId: root.nodeId,
      selector: `input[aria-label=${JSON.stringify(label)}]`,
    });
    const { nodeId } = z.object({ nodeId: z.number() }).parse(found);
    await browser.send('DOM.setFileInputFiles', { nodeId, files: [...paths] });
  };
  return {
    browser,
    folder,
    slide,
    model,
    origin,
    asked,
    until,
    choose,
    open,
    load: async () => {
      await open();
      await until("document.querySelector('.start form') !== null");
      await browser.evaluate("document.querySelector('.start form button[type=submit]').click()");
      await until(LOCK, 120);
    },
    downloaded: async (name) => {
      for (let tries = 0; tries < 200; tries++) {
        if ((await readdir(downloads)).includes(name)) return readFile(join(downloads, name));
        await new Promise((done) => setTimeout(done, 50));
      }
      throw new Error(`${name} was not downloaded`);
    },
    picture: async () => pictureOf(await browser.screenshot('window'), join(folder, 'window.png')),
    click: async (text) => {
      await until(`${buttonOf(text)} !== undefined && !${buttonOf(text)}.disabled`);
      await browser.evaluate(`${buttonOf(text)}.click()`);
    },
    close: async () => {
      await browser.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
