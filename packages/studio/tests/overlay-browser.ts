/** A page with the overlay in headless Chromium: built once by Vite, served from a folder that goes away. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { Chromium } from '../../../tests/chromium.js';
import type { Camera, OverlayStatistics } from '../src/page/overlay/overlay.js';
import type { SlideObject } from '../src/protocol/objects.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Also what answers addresses that are no files of the page. */
export type Answer = (path: string) => Promise<Uint8Array | undefined>;

export interface OverlayPage {
  readonly browser: Chromium;
  /** The value of an expression in which `t` is the page's `overlayTest`. */
  readonly run: (expression: string) => Promise<unknown>;
  readonly picture: (camera: Camera, width: number, height: number) => Promise<Picture>;
  readonly close: () => Promise<void>;
}

export interface Picture {
  readonly statistics: OverlayStatistics;
  /** Red, green, blue, alpha; not multiplied. */
  readonly pixels: Uint8Array;
}

export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: here('../vite.config.ts'),
    root: here('overlay-page'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, minify: false },
  });
}

export async function openOverlayPage(binary: string, answer: Answer = async () => undefined): Promise<OverlayPage> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-overlay-'));
  await buildPage(folder);
  const server = createServer((request, response) => {
    const path = normalize(request.url === '/' ? '/index.html' : (request.url ?? ''));
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    answer(path)
      .then((found) => found ?? readFile(join(folder, path)))
      .then(
        (bytes) => response.writeHead(200, { 'content-type': type }).end(bytes),
        () => response.writeHead(404).end(),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const browser = await Chromium.launch(binary, 'webgl');
  await browser.look(1440, 900);
  await browser.open(`http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`);
  const run = (expression: string): Promise<unknown> =>
    browser.evaluate(`(async () => { const t = globalThis.overlayTest; return ${expression}; })()`);
  return {
    browser,
    run,
    picture: async (camera, width, height) => {
      const found = await run(`t.picture(${JSON.stringify(camera)}, ${width}, ${height})`);
      if (!isPicture(found)) throw new Error('the page gave no picture');
      return { statistics: found.statistics, pixels: Buffer.from(found.pixels, 'base64') };
    },
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const isPicture = (value: unknown): value is { statistics: OverlayStatistics; pixels: string } =>
  typeof value === 'object' && value !== null && 'statistics' in value && 'pixels' in value;

/** A camera that puts a place of the slide in the middle of the canvas, turned clockwise by degrees, mirrored if asked. */
export function cameraAt(
  place: readonly [number, number],
  scale: number,
  canvas: readonly [number, number],
  { degrees = 0, mirrored = false }: { readonly degrees?: number; readonly mirrored?: boolean } = {},
): Camera {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) * scale, Math.sin((degrees * Math.PI) / 180) * scale];
  const flip = mirrored ? -1 : 1;
  const [a, b, c, d] = [cos * flip, sin * flip, -sin, cos];
  const [x, y] = place;
  return { a, b, c, d, e: canvas[0] / 2 - a * x - c * y, f: canvas[1] / 2 - b * x - d * y };
}

/** Objects whose edges are known: a square with a hole, a star, one that overlaps another, two parts of one. */
export const fixture: readonly SlideObject[] = [
  {
    id: 'hole',
    class: 'one',
    polygons: [
      [
        [40, 40, 100, 40, 100, 100, 40, 100],
        [60, 60, 60, 80, 80, 80, 80, 60],
      ],
    ],
  },
  { id: 'overlap', class: 'one', polygons: [[[90, 90, 130, 95, 125, 130, 95, 125]]] },
  {
    id: 'other',
    class: 'two',
    polygons: [[[150, 40, 160, 60, 185, 62, 166, 78, 172, 100, 150, 88, 128, 100, 134, 78, 115, 62, 140, 60]]],
  },
  {
    id: 'parts',
    class: 'two',
    polygons: [[[40, 130, 60, 130, 60, 150, 40, 150]], [[64.5, 154.25, 80, 154.25, 80, 170, 64.5, 170]]],
  },
];

export const colours = { one: [255, 0, 0], two: [0, 0, 255] } as const;
