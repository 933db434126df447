/** What tests and the bench ask of the overlay in a real browser: `overlayTest` does it, and says what the pixels are. */
import { createMemorySource } from '../../src/outlines/memory-source.js';
import { createOverlay as createWith } from '../../src/page/overlay/create-overlay.js';
import { moduleWorker } from '../../src/page/overlay/prepare/module-worker.js';

const createOverlay = (on) => createWith(on, moduleWorker);

const canvas = document.querySelector('canvas');

/** Pixels of the canvas as they would be seen on black: red, green, blue, alpha. */
function pixels() {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d');
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
  return btoa(text);
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Draws until nothing is asked for any more. */
async function settle(camera, width, height) {
  for (;;) {
    const statistics = overlayTest.overlay.draw(camera, width, height);
    if (statistics.pending === 0) return statistics;
    await nextFrame();
  }
}

async function picture(camera, width, height) {
  await settle(camera, width, height);
  const statistics = overlayTest.overlay.draw(camera, width, height);
  return { statistics, pixels: pixels() };
}

/** Outlines that a server keeps, by the addresses of its files. */
const remoteSource = (base) => {
  const get = async (path, signal) => {
    const response = await fetch(`${base}/${path}`, { signal });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.arrayBuffer();
  };
  return {
    index: () => get('index'),
    chunk: (chunk, signal) => get(`chunks/${chunk}`, signal),
    coverage: (level, x, y, signal) => get(`coverage/${level}/${x}_${y}`, signal),
  };
};

const overlayTest = {
  overlay: createOverlay(canvas),
  createMemorySource,
  createOverlay,
  remoteSource,
  settle,
  picture,
  pixels,
  nextFrame,
  /** Takes the context away, and gives it back; resolves when it is there again. */
  async lose() {
    const lost = new Promise((resolve) => canvas.addEventListener('webglcontextlost', resolve, { once: true }));
    const restored = new Promise((resolve) => canvas.addEventListener('webglcontextrestored', resolve, { once: true }));
    const loss = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    loss.loseContext();
    await lost;
    const without = overlayTest.overlay.draw({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }, 100, 100);
    await nextFrame();
    loss.restoreContext();
    await restored;
    return without;
  },
};
globalThis.overlayTest = overlayTest;
