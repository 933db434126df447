import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { geoJsonOf, loadModel, predictSlide } from '@ftuseg/infer';
import { openSlide } from '@ftuseg/slide';

const [slidePath = 'slide.tif', modelPath = 'model.onnx', out = 'objects.geojson'] = process.argv.slice(2);

const slide = await openSlide(slidePath);
const model = await loadModel(modelPath);
const prediction = await predictSlide(slide, [model]);
await writeFile(out, await geoJsonOf(prediction, { id: basename(slidePath) }));
await model.close();
await slide.close();
