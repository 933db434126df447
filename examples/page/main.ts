import { geoJsonOf, loadModelBytes, predictSlide } from '@ftuseg/infer/browser';
import { blobSource, browserRuntime, openSource } from '@ftuseg/slide/browser';
import * as ort from 'onnxruntime-web/wasm';

const [input, output] = [document.querySelector('input'), document.querySelector('output')];

async function segment(file: File): Promise<Blob> {
  const bytes = new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
  const model = await loadModelBytes(ort, bytes, { name: 'model.onnx' });
  const slide = await openSource(blobSource(file, file.name), browserRuntime);
  const prediction = await predictSlide(slide, [model]);
  return new Blob([await geoJsonOf(prediction, { id: file.name })], { type: 'application/geo+json' });
}

input?.addEventListener('change', async () => {
  const [file] = input.files ?? [];
  if (file === undefined) return;
  output?.replaceChildren('working');
  const made = await segment(file).catch(String);
  const link = document.createElement('a');
  if (typeof made !== 'string') link.href = URL.createObjectURL(made);
  Object.assign(link, { textContent: 'objects as GeoJSON', download: `${file.name}.geojson` });
  output?.replaceChildren(typeof made === 'string' ? made : link);
});
