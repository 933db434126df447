/**
 * A page's script as a user writes it: onnxruntime-web and the packages' entries for browsers, bundled together. The test opens it in Chromium.
 */
import { loadModelBytes } from '@ftuseg/infer/browser';
import { blobSource, browserRuntime, openTiffSlide, type Slide } from '@ftuseg/slide/browser';
import * as ort from 'onnxruntime-web/wasm';
import { cloudSlide, type PagePrediction, predictAll } from './page-work.js';

export { refineCloud } from './page-work.js';

async function predict(slide: Slide, threshold: number): Promise<PagePrediction> {
  const bytes = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
  const model = await loadModelBytes(ort, bytes, { name: 'model.onnx' });
  try {
    return await predictAll(slide, model, threshold);
  } finally {
    await model.close();
    await slide.close();
  }
}

export const predictCloud = (threshold: number): Promise<PagePrediction> => predict(cloudSlide(), threshold);

export async function predictFile(threshold: number): Promise<PagePrediction> {
  const file = await (await fetch('/slide.tif')).blob();
  return predict(await openTiffSlide(blobSource(file), browserRuntime), threshold);
}
