/** What the examples of the help name, small: slides and their table, a data set, a run, models, predictions, recipes. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel, initialState, readModelCard, withModelCard, writeSafetensors } from '@ftuseg/nn';
import { openSlide, writePyramid } from '@ftuseg/slide';
import { ftu } from '../../../packages/cli/tests/run.js';
import { convolutionModel, darkness } from '../../convolution-model.js';
import { looksEverywhere } from '../../random-model.js';

const recipes = fileURLToPath(new URL('../../../recipes/', import.meta.url));
const profile = fileURLToPath(new URL('../../../packages/slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url));

/** Two steps of every run of a recipe: what comes after them has tests of its own. */
const SMALL_RECIPE = `name: small
slides:
  official: { table: ../slides.csv }
steps:
  data: { do: prepare, slides: official, micronsPerPixel: 4, tile: 64 }
  network:
    do: train
    data: data
    settings:
      { decoder: linknet, encoder: tu-test_efficientnet, encoderWeights: none, split: none, epochs: 1, samplesPerEpoch: 2, batchSize: 2 }
`;

async function succeed(line: string): Promise<void> {
  const { code, stderr } = await ftu(...line.split(' '));
  if (code !== 0) throw new Error(`${line}: ${stderr}`);
}

/** Slides of a folder as a table beside it, each a patient of its own, in centres that take turns. */
async function writeTable(name: string, folder: string): Promise<void> {
  const [header = '', ...rows] = (await readFile(`${folder}/slides.csv`, 'utf8')).trimEnd().split('\n');
  const at = (row: string): string => row.replaceAll(/\b(images|masks)\//g, `${folder}/$1/`);
  const lines = rows.map((row, i) => `${at(row)},s${i},p${i},centre-${1 + (i % 2)}`);
  await writeFile(name, `${[`${header},slide,patient_number,centre`, ...lines].join('\n')}\n`);
}

/** A slide with an ICC profile, as a scanner writes it. */
async function writeProfiled(from: string, to: string): Promise<void> {
  const slide = await openSlide(from);
  const { width, height } = slide;
  const picture = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  await slide.close();
  const iccProfile = new Uint8Array(await readFile(profile));
  await writePyramid(to, { width, height, channels: 3, iccProfile, micronsPerPixel: 4 }, [picture]);
}

/** Fills the working folder. Needs libtorch for the run. */
export async function makeInputs(): Promise<void> {
  await succeed('synth --out slides --count 5 --width 192 --height 192 --microns-per-pixel 4 --seed 3');
  await succeed('synth --out others --count 2 --width 192 --height 192 --microns-per-pixel 4 --seed 4');
  await writeTable('slides.csv', 'slides');
  await writeTable('new.csv', 'others');
  await succeed('synth --width 192 --height 192 --microns-per-pixel 4 scan.tif');
  for (const folder of ['scans', 'hubmap/test', 'recipes', 'tiles']) await mkdir(folder, { recursive: true });
  await writeProfiled('scan.tif', 'scan.svs');
  const copies = ['scan.tiff', 'scans/a.tif', 'scans/b.tif', 'hubmap/test/one.tiff', 'tiles/one.tif'];
  for (const copy of copies) await copyFile('scan.tif', copy);
  await succeed('prepare --slides slides.csv --out data --microns-per-pixel 4 --tile-size 64');
  const network = 'train --data data --out run --decoder linknet --encoder tu-test_efficientnet --encoder-weights none';
  await succeed(`${network} --group slide --folds 0 --epochs 1 --samples-per-epoch 2 --batch-size 2 --workers 0`);
  // Where only the form of a model matters, its network is one convolution.
  const model = convolutionModel(darkness, { micronsPerPixel: 4 });
  for (const name of ['model.onnx', 'unet.onnx', 'fpn.onnx']) await writeFile(name, model);
  const b0 = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
  await writeFile('weights.safetensors', writeSafetensors(initialState(b0, 1)));
  const coarse = convolutionModel(darkness, { name: 'coarse', micronsPerPixel: 8 });
  await mkdir('coarse');
  await writeFile('coarse/model.onnx', coarse);
  await writeFile(
    'coarse.onnx',
    withModelCard(coarse, { ...readModelCard(coarse, 'coarse.onnx'), cascade: looksEverywhere }, 'coarse.onnx'),
  );
  await succeed('predict --model run/model.onnx --slides slides.csv --out predictions');
  await writeFile('recipes/small.yaml', SMALL_RECIPE);
  await copyFile(join(recipes, 'winner.yaml'), 'recipes/winner.yaml');
}
