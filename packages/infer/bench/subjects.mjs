/**
 * What the benchmarks of prediction work on, made once and kept in a folder of the system's temporary one (FTUSEG_BENCH_SLIDES names
 * another): a synthetic pyramid and Unets that have seen 1,440 windows of such slides (FTUSEG_BENCH_WINDOWS another number), so that they draw objects like
 * real ones.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { folder } from '../../slide/bench/slides.mjs';

export { folder, median, pyramid, timed } from '../../slide/bench/slides.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const cli = here('../../cli/bin/ftu.js');

export function ftu(...args) {
  const done = spawnSync('node', [cli, ...args.map(String)], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`ftu ${args.join(' ')} failed`);
}

const EPOCHS = 6;
const windows = Number(process.env.FTUSEG_BENCH_WINDOWS ?? 1440);

const b0 = {
  name: 'b0',
  encoder: 'timm-efficientnet-b0',
  microns: 2,
  data: 'train',
  slides: 3,
  side: 1600,
  medulla: [],
};
/** At 1 micrometre per pixel, on slides with as much medulla as real ones. */
const b4 = {
  name: 'b4',
  encoder: 'timm-efficientnet-b4',
  microns: 1,
  data: 'fine',
  slides: 4,
  side: 2000,
  medulla: ['--medulla', 0.4],
};

/** Trains a Unet for some minutes on synthetic slides, once. @returns its model file, and the checkpoint that it was made from */
function trained({ name, encoder, microns, data, slides: count, side, medulla }) {
  const run = join(folder, name);
  const model = join(run, 'model.onnx');
  if (!existsSync(model)) {
    console.error(`training a Unet on ${encoder} for some minutes, kept in ${folder}`);
    mkdirSync(folder, { recursive: true });
    const [slides, prepared] = [join(folder, `${data}-slides`), join(folder, `${data}-data`)];
    const scale = ['--microns-per-pixel', microns];
    const size = ['--width', side, '--height', side, ...scale];
    ftu('synth', '--count', count, ...size, '--seed', 5, ...medulla, '--out', slides);
    ftu('prepare', '--slides', join(slides, 'slides.csv'), '--out', prepared, ...scale);
    const network = ['--decoder', 'unet', '--encoder', encoder, '--encoder-weights', 'none'];
    const training = ['--split', 'none', '--samples-per-epoch', windows / EPOCHS, '--epochs', EPOCHS];
    ftu('train', '--data', prepared, '--out', run, '--overwrite', ...network, ...training);
  }
  return { model, checkpoint: join(run, 'checkpoint.safetensors') };
}

/** EfficientNet-B0 at 2 micrometres per pixel, tiles of 256. */
export const trainedModel = () => trained(b0);
/** EfficientNet-B4 at 1 micrometre per pixel, tiles of 256. */
export const trainedFineModel = () => trained(b4);

/** A model file with random weights and one class, for tiles of 256 at a slide's own resolution. */
export function untrainedModel(decoder, encoder) {
  const model = createModel({ decoder, encoder, classes: 1 });
  return exportOnnx(model, initialState(model, 1), {
    format: 1,
    name: 'bench',
    decoder,
    encoder,
    classes: ['glomerulus'],
    tileSize: 256,
    micronsPerPixel: null,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    threshold: 0.5,
    training: {},
  });
}
