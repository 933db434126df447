/**
 * A page's script as a user writes it: onnxruntime-web and this package, bundled together. The test opens it in Chromium.
 */
import * as ort from 'onnxruntime-web/wasm';
import { loadModelBytes } from '../src/browser.js';
import { type PagePrediction, predictCloud } from './page-work.js';

export { refineCloud } from './page-work.js';

export async function predictInPage(threshold: number): Promise<PagePrediction> {
  const bytes = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
  const model = await loadModelBytes(ort, bytes, { name: 'model.onnx' });
  try {
    return await predictCloud(model, threshold);
  } finally {
    await model.close();
  }
}
