/** A thread that renders windows of one slide; the pixels do not depend on which thread drew them. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRegionRenderer, type Window } from './region.js';

const render = createRegionRenderer(workerData);

parentPort?.on('message', (window: Window) => {
  const { image, labels } = render(window);
  const buffers = [image.data.buffer, labels.data.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage({ image, labels }, buffers);
});
