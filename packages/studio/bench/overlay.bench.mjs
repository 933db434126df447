/**
 * The overlay in headless Chromium with as many objects as asked for, beside deck.gl's PolygonLayer:
 *
 *   node packages/studio/bench/overlay.bench.mjs [OBJECTS = 1000000] [--no-deck | --only-deck]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, runnerImport } from 'vite';
import { coverageTile } from '../dist/outlines/coverage/coverage.js';
import { openPacked, writePacked } from '../dist/server/outlines/packed-file.js';
import { measureDeck } from './overlay-deck.mjs';
import { idOf, ringOf } from './overlay-objects.mjs';
import { cameraPath, memoryOf, quantile, traceTasks } from './overlay-path.mjs';

const SIDE = 100_000;
const [WIDTH, HEIGHT] = [1440, 900];
const count = Number(process.argv[2] ?? 1_000_000);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-overlay-bench-'));
const { module } = await runnerImport(here('../../../tests/chromium.ts'));
const binary = module.findChromium(true);
if (binary === undefined) throw new Error('there is no Chromium');

async function* objects() {
  for (let i = 0; i < count; i++)
    yield { id: idOf(i), class: i % 2 === 0 ? 'a' : 'b', polygons: [[ringOf(i, count, SIDE)]] };
}

const started = performance.now();
const packedPath = join(folder, 'objects.outlines');
const signal = new AbortController().signal;
await writePacked(packedPath, {
  width: SIDE,
  height: SIDE,
  classes: ['a', 'b'],
  objects: objects(),
  notes: () => [],
  signal,
});
const packed = await openPacked(packedPath);
const megabytes = (octets) => `${(octets / 2 ** 20).toFixed(0)} MB`;
console.log(
  `${count} objects packed in ${seconds(started)} s, this process has ${megabytes(process.memoryUsage().rss)}`,
);
console.log(`index ${megabytes(packed.indexBuffer.byteLength)}, ${packed.index.chunks} chunks`);

const config = { configFile: here('../vite.config.ts'), logLevel: 'error' };
const pages = { overlay: here('../tests/overlay-page'), deck: here('overlay-deck') };
for (const [name, root] of Object.entries(pages)) {
  await build({ ...config, root, build: { outDir: join(folder, name), emptyOutDir: true, minify: true } });
}

async function answer(path) {
  const [, kind, first, second] = /^\/data\/(index|chunks|coverage)(?:\/(\d+))?(?:\/(\d+_\d+))?$/.exec(path) ?? [];
  if (kind === 'index') return new Uint8Array(packed.indexBuffer);
  if (kind === 'chunks') return new Uint8Array(await packed.chunkBuffer(Number(first)));
  if (kind === 'coverage') {
    const [x, y] = second.split('_').map(Number);
    return new Uint8Array(await coverageTile(packed.index, { level: Number(first), x, y }, packed.chunk));
  }
  return readFile(join(folder, path));
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };
// Pages say how much memory they take only where no other site can look into them.
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const server = createServer((request, response) => {
  const type = TYPES[extname(request.url)] ?? 'application/octet-stream';
  answer(request.url).then(
    (bytes) => response.writeHead(200, { 'content-type': type, ...isolated }).end(bytes),
    () => response.writeHead(404).end(),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

const path = cameraPath(SIDE, WIDTH, HEIGHT);

async function measureOverlay() {
  const browser = await module.Chromium.launch(binary, 'webgl');
  await browser.look(WIDTH, HEIGHT);
  await browser.open(`${base}/overlay/index.html`);
  const style = {
    visible: true,
    opacity: 1,
    filled: true,
    lineWidth: 2,
    colours: { a: [220, 0, 0], b: [0, 0, 220] },
    dashed: false,
  };
  let started = performance.now();
  await browser.evaluate(`(async () => {
  const t = overlayTest;
  t.overlay.setOutlines('all', t.remoteSource('${base}/data'));
  t.overlay.styleOutlines('all', ${JSON.stringify(style)});
  globalThis.longest = [];
  await t.settle(${JSON.stringify(path[0].camera)}, ${WIDTH}, ${HEIGHT});
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest.push(duration); }).observe({ type: 'longtask' });
})()`);
  console.log(`overlay: first picture after ${seconds(started)} s`);

  const endTrace = await traceTasks(browser);
  started = performance.now();
  const frames = await browser.evaluate(`(async () => {
  const found = [];
  for (const { camera, settle } of ${JSON.stringify(path)}) {
    const statistics = overlayTest.overlay.draw(camera, ${WIDTH}, ${HEIGHT});
    found.push([statistics.vertices, statistics.milliseconds, statistics.bytes, statistics.chunks]);
    await overlayTest.nextFrame();
    if (settle) {
      const settled = await overlayTest.settle(camera, ${WIDTH}, ${HEIGHT});
      found.push([settled.vertices, settled.milliseconds, settled.bytes, settled.chunks]);
    }
  }
  return found;
})()`);
  const column = (i) => frames.map((frame) => frame[i]);
  console.log(
    `overlay: ${frames.length} frames in ${seconds(started)} s, at most ${Math.max(...column(0))} vertices a frame`,
  );
  const [median, slowest] = [0.5, 0.99].map((share) => quantile(column(1), share).toFixed(1));
  console.log(
    `overlay: draw() ${median} ms median, ${slowest} ms at 99 %; caches at most ${megabytes(Math.max(...column(2)))}`,
  );
  const tasks = await browser.evaluate('new Promise((done) => setTimeout(() => done(longest), 500))');
  const busy = (await endTrace()).toFixed(1);
  const longest = Math.max(0, ...tasks).toFixed(0);
  console.log(`overlay: ${tasks.length} tasks over 50 ms after loading, the longest ${longest} ms by the clock`);
  console.log(`overlay: of no task had the main thread the processor for more than ${busy} ms`);

  const picks = await browser.evaluate(`(async () => {
  const times = []; let hits = 0; let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (const { camera } of ${JSON.stringify(path.filter(({ settle }) => settle))}) {
    await overlayTest.settle(camera, ${WIDTH}, ${HEIGHT});
    for (let i = 0; i < 300; i++) {
      const [x, y] = [random() * ${WIDTH}, random() * ${HEIGHT}];
      const started = performance.now();
      const found = overlayTest.overlay.pick({ x: (x - camera.e) / camera.a, y: (y - camera.f) / camera.d });
      times.push(performance.now() - started);
      if (found !== undefined) hits++;
    }
    await overlayTest.nextFrame();
  }
  return { times, hits };
})()`);
  const pickTimes = [0.5, 0.99].map((share) => quantile(picks.times, share).toFixed(2));
  console.log(
    `overlay: ${picks.times.length} picks, ${picks.hits} hits, ${pickTimes[0]} ms median, ${pickTimes[1]} ms at 99 %`,
  );
  console.log(`overlay: ${await memoryOf(browser)}`);
  await browser.close();
}

if (!process.argv.includes('--only-deck')) await measureOverlay();

if (!process.argv.includes('--no-deck')) {
  await measureDeck({
    Chromium: module.Chromium,
    binary,
    address: `${base}/deck/index.html`,
    count,
    side: SIDE,
    path,
    view: [WIDTH, HEIGHT],
  });
}
server.closeAllConnections();
server.close();
await rm(folder, { recursive: true });
