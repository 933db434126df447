/** What the pages name, small: slides and tables, a model with random weights, a prediction, a data set, tiles with masks. */
import { copyFile, cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createModel, exportOnnx, initialState, writeSafetensors } from '@ftuseg/nn';
import { openSlide, writePyramid } from '@ftuseg/slide';
import { writeSyntheticSlides } from '@ftuseg/synth';
import { coarseModelCard, randomModelCard } from '../random-model.js';
import { root, runScript } from './shell-blocks.js';

/** A table like `slides/slides.csv`, for another folder, with columns that the pages ask for. */
function tableFor(rows: readonly string[], prefix: string): string {
  const [header = '', ...slides] = rows;
  const lines = slides.map((line, i) => `${line.replaceAll(/(images|masks)\//g, `${prefix}$1/`)},${i},centre-${i + 1}`);
  return `${[`${header},patient_number,centre`, ...lines].join('\n')}\n`;
}

/** The first of the slides with an ICC profile, as a scanner writes it. */
async function writeProfiledSlide(path: string, images: string): Promise<void> {
  const [name = ''] = (await readdir(images)).sort();
  const slide = await openSlide(join(images, name));
  const { width, height } = slide;
  const picture = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  await slide.close();
  const profile = await readFile(join(root, 'packages/slide/tests/fixtures/icc/lut16-lab.icc'));
  await writePyramid(path, { width, height, channels: 3, iccProfile: new Uint8Array(profile), micronsPerPixel: 4 }, [
    picture,
  ]);
}

/** @param folder exists and is empty */
export async function makeFixtures(folder: string): Promise<void> {
  const at = (path: string): string => join(folder, path);
  await writeSyntheticSlides({ out: at('slides'), count: 2, width: 256, height: 256, micronsPerPixel: 4, seed: 7 });
  const rows = (await readFile(at('slides/slides.csv'), 'utf8')).trim().split('\n');
  await writeFile(at('slides/slides.csv'), tableFor(rows, ''));
  await writeFile(at('slides.csv'), tableFor(rows, 'slides/'));
  await writeFile(at('new.csv'), tableFor(rows, 'slides/'));

  const network = createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 });
  const model = exportOnnx(network, initialState(network, 1), randomModelCard);
  await mkdir(at('run'));
  await mkdir(at('coarse'));
  await writeFile(at('coarse/model.onnx'), exportOnnx(network, initialState(network, 1), coarseModelCard));
  for (const path of ['model.onnx', 'run/model.onnx', 'unet.onnx', 'fpn.onnx']) await writeFile(at(path), model);

  // Random weights are sure of nothing: at this threshold no label depends on rounding to 8 bits.
  const card = JSON.stringify({ ...randomModelCard, threshold: 0.99 });
  await writeFile(at('run/checkpoint.safetensors'), writeSafetensors(initialState(network, 1), { card }));

  // Kaggle's folder has hundreds of megabytes; what the pages do with it works with any folder of slides.
  for (const name of ['kidney-pas-tiles', 'hubmap']) {
    await cp(at('slides/images'), at(`${name}/images`), { recursive: true });
    await cp(at('slides/masks'), at(`${name}/masks`), { recursive: true });
  }
  await mkdir(at('data'));
  await writeFile(at('data/slides.csv'), tableFor(rows, '../slides/'));
  await runScript('npx ftu synth --width 192 --height 192 --microns-per-pixel 4 made.tif', folder);
  await rename(at('made.tif'), at('scan.svs'));
  await copyFile(at('scan.svs'), at('scan.tiff'));
  const glomerulus = {
    type: 'Feature',
    properties: { objectType: 'annotation', classification: { name: 'Glomerulus' } },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [9, 9],
          [60, 9],
          [60, 40],
          [9, 40],
          [9, 9],
        ],
      ],
    },
  };
  await writeFile(at('scan.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [glomerulus] }));
  await writeProfiledSlide(at('scanned.tif'), at('slides/images'));
  await writeFile(at('README.md'), '# Tiles\n');
  await mkdir(at('runs/b4'), { recursive: true });
  await writeFile(at('runs/b4/model.onnx'), model);
  await runScript('npx ftu predict --model model.onnx --slides slides.csv --out out --outputs none', folder);
}
