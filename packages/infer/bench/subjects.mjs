/**
 * What the benchmarks of prediction work on, made once and kept in a folder of the system's temporary one (FTUSEG_BENCH_SLIDES names
 * another): a synthetic pyramid and an EfficientNet-B0 Unet that has seen 1,440 windows of such slides, so that it draws objects
 * like a real one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { folder } from '../../slide/bench/slides.mjs';

export { median, pyramid, timed } from '../../slide/bench/slides.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const cli = here('../../cli/bin/ftu.js');

function ftu(...args) {
  const done = spawnSync('node', [cli, ...args.map(String)], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`ftu ${args.join(' ')} failed`);
}

/** A model file at 2 micrometres per pixel, tiles of 256, and the checkpoint that it was made from. */
export function trainedModel() {
  const run = join(folder, 'b0');
  const model = join(run, 'model.onnx');
  if (!existsSync(model)) {
    console.error(`training an EfficientNet-B0 Unet for some minutes, kept in ${folder}`);
    mkdirSync(folder, { recursive: true });
    const slides = join(folder, 'train-slides');
    ftu(
      'synth',
      '--count',
      3,
      '--width',
      1600,
      '--height',
      1600,
      '--microns-per-pixel',
      2,
      '--seed',
      5,
      '--out',
      slides,
    );
    ftu(
      'prepare',
      '--slides',
      join(slides, 'slides.csv'),
      '--out',
      join(folder, 'train-data'),
      '--microns-per-pixel',
      2,
    );
    const network = [
      '--decoder',
      'unet',
      '--encoder',
      'timm-efficientnet-b0',
      '--encoder-weights',
      'none',
      '--split',
      'none',
      '--samples-per-epoch',
      240,
    ];
    ftu('train', '--data', join(folder, 'train-data'), '--out', run, '--overwrite', '--epochs', 6, ...network);
  }
  return { model, checkpoint: join(run, 'checkpoint.safetensors') };
}

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
