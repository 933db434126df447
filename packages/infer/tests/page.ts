/**
 * A page's script as a user writes it: onnxruntime-web and the packages' entries for browsers, bundled together. The test opens it in Chromium.
 */
import { loadModelBytes } from '@ftuseg/infer/browser';
import { blobSource, browserRuntime, openTiffSlide, type Slide } from '@ftuseg/slide/browser';
import * as ort from 'onnxruntime-web/wasm';
import { canShare } from '../src/session/session.web.js';
import { cloudSlide, type PagePrediction, predictAll } from './page-work.js';

export { refineCloud } from './page-work.js';

async function predict(slide: Slide, threshold: number, path = '/model.onnx'): Promise<PagePrediction> {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const model = await loadModelBytes(ort, bytes, { name: path });
  try {
    return await predictAll(slide, model, threshold);
  } finally {
    await model.close();
    await slide.close();
  }
}

/** @param path of the model @param threads of the runtime; the page must be isolated for several */
export function predictCloud(threshold: number, path?: string, threads = 1): Promise<PagePrediction> {
  if (threads > 1 && !canShare()) throw new RangeError('the page is not cross-origin isolated');
  ort.env.wasm.numThreads = threads;
  return predict(cloudSlide(), threshold, path);
}

export async function predictFile(threshold: number): Promise<PagePrediction> {
  const file = await (await fetch('/slide.tif')).blob();
  return predict(await openTiffSlide(blobSource(file), browserRuntime), threshold);
}
