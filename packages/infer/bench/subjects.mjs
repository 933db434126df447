/**
 * What the benchmarks of prediction work on, made once and kept in a folder of the system's temporary one (FTUSEG_BENCH_SLIDES names
 * another): a synthetic pyramid and an EfficientNet-B0 Unet that has seen 1,440 windows of such slides, so that it draws objects
 * like a real one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const cli = here('../../cli/dist/main.js');
export const folder = process.env.FTUSEG_BENCH_SLIDES ?? join(tmpdir(), 'ftuseg-bench');

function ftu(...args) {
  const done = spawnSync('node', [cli, ...args.map(String)], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`ftu ${args.join(' ')} failed`);
}

/** A pyramid at 0.5 micrometres per pixel, and the slide table beside it. */
export function pyramid(side) {
  const path = join(folder, `pyramid-${side}.tif`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path)) {
    console.error(`making a synthetic pyramid of ${side} x ${side}, kept in ${folder}`);
    ftu('synth', '--width', side, '--height', side, '--microns-per-pixel', 0.5, '--seed', 7, path);
  }
  return path;
}

/** A model file at 2 micrometres per pixel, tiles of 256, and the checkpoint that it was made from. */
export function trainedModel() {
  const run = join(folder, 'b0');
  const model = join(run, 'model.onnx');
  if (!existsSync(model)) {
    console.error(`training an EfficientNet-B0 Unet for some minutes, kept in ${folder}`);
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
      '--split',
      'none',
      '--samples-per-epoch',
      240,
    ];
    ftu('train', '--data', join(folder, 'train-data'), '--out', run, '--overwrite', '--epochs', 6, ...network);
  }
  return { model, checkpoint: join(run, 'checkpoint.safetensors') };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Wall-clock seconds and peak resident megabytes of a whole process, as the operating system counts them. */
export function timed(command, args, env = {}) {
  const began = performance.now();
  const run = spawnSync('/usr/bin/env', ['time', '-f', '%M', command, ...args.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - began) / 1000;
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${run.stderr}`);
  return { seconds, megabytes: Number(run.stderr.trim().split('\n').at(-1)) / 1024, output: run.stdout };
}
