/**
 * The published ensemble's geometry on a large slide: an EfficientNet-B4 Unet, tiles of 1,280 pixels at 1 micrometre per pixel, four views; plain, behind
 * a cascade, in 8 bits, and both, against the same in Python (OpenSlide, OpenCV, PyTorch, NumPy). Seconds and peak memory of whole processes, one run
 * each; Dice and objects against the slide's truth. The cascade is the starter model at 2 micrometres, calibrated on slides of their own, as the 8 bits are.
 *
 *     node packages/infer/bench/large.bench.mjs [side] [without-python]
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli, folder, ftu, timed, trainedFineModel } from './subjects.mjs';

const [side = '8000', python = ''] = process.argv.slice(2);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const kept = (name, make) => {
  const path = join(folder, name);
  if (!existsSync(path)) make(path);
  return path;
};

const size = (pixels) => ['--width', pixels, '--height', pixels, '--microns-per-pixel', 0.5, '--medulla', 0.6];
const slide = kept(`medulla-${side}.tif`, (path) => ftu('synth', ...size(side), '--seed', 900, path));
const table = slide.replace(/\.tif$/, '.slides.csv');
const others = kept('medulla-others', (path) =>
  ftu('synth', '--count', 8, ...size(4000), '--seed', 300, '--out', path),
);
const otherTable = join(others, 'slides.csv');
const { model, checkpoint } = trainedFineModel();
const eight = kept('b4-int8.onnx', (path) =>
  ftu('export', '--weights', checkpoint, '--precision', 'int8', '--calibrate', otherTable, path),
);
const coarse = kept('coarse.onnx', (path) =>
  ftu('calibrate', '--cascade', '--model', 'starter', '--slides', otherTable, '--out', path),
);

const work = mkdtempSync(join(tmpdir(), 'ftuseg-large-'));
const cores = String(availableParallelism());
const out = join(work, 'out');

/** @returns seconds, megabytes, Dice, objects found and false of a command that predicts into `out` */
function scored(run, predictions) {
  const evaluated = timed('node', [cli, 'evaluate', '--truth', table, '--predictions', predictions, '--json']);
  const { meanDice, truePositives, falsePositives, falseNegatives } = JSON.parse(evaluated.output);
  return { ...run, dice: meanDice, found: truePositives, missed: falseNegatives, wrong: falsePositives };
}

function predict(file, tile, ...more) {
  rmSync(out, { recursive: true, force: true });
  const grid = ['--tile-size', tile, '--overlap', tile / 5, '--views', 'reference'];
  const args = ['predict', '--model', file, '--slides', table, '--out', out, ...grid, ...more];
  // A cascade may cut an outline, and says so: Dice has that too.
  const run = timed('node', [cli, ...args], {}, [0, 3]);
  const [outcome] = JSON.parse(readFileSync(join(out, 'predictions.json'), 'utf8')).slides;
  return { ...scored(run, out), tiles: outcome.tiles, share: outcome.cascade?.tissueShare };
}

/** Of a process that was killed. */
const KILLED = 137;

function inPython() {
  const args = [here('python_pipeline.py'), slide, checkpoint, 256, out, 1280, 2, 4];
  const run = timed('/usr/bin/python3', args, { OMP_NUM_THREADS: cores }, [0, KILLED]);
  return run.status === KILLED ? run : scored(run, join(out, 'submission.csv'));
}

const before = ['--cascade', coarse];
const rows = {
  ...(python === 'without-python' ? {} : { Python: inPython }),
  plain: () => predict(model, 1280),
  cascade: () => predict(model, 1280, ...before),
  int8: () => predict(eight, 1280),
  both: () => predict(eight, 1280, ...before),
  'both, tiles of 256': () => predict(eight, 256, ...before),
  'both, tiles of 640': () => predict(eight, 640, ...before),
};
console.log(
  `large: ${side} x ${side} at 0.5 µm, much medulla; B4 Unet, tiles of 1280 at 1 µm, four views, ${cores} threads`,
);
let first;
try {
  for (const [name, run] of Object.entries(rows)) {
    const { seconds, megabytes, dice, found, missed, wrong, share, status } = run();
    if (status === KILLED) {
      console.log(`  ${name.padEnd(18)} killed after ${seconds.toFixed(1)} s, at ${megabytes.toFixed(0)} MB`);
      first ??= { name, seconds, dice: undefined };
      continue;
    }
    const twice = share === undefined ? '' : `, ${(100 * share).toFixed(1)} % of the tissue looked at twice`;
    console.log(
      `  ${name.padEnd(18)} ${seconds.toFixed(1)} s, peak ${megabytes.toFixed(0)} MB, Dice ${dice.toFixed(4)}, ${found} objects found, ${missed} missed, ${wrong} false${twice}${status === 3 ? ', with warnings' : ''}`,
    );
    if (first !== undefined) {
      const ratio = (first.seconds / seconds).toFixed(2);
      const apart = first.dice === undefined ? '' : `, Dice ${(dice - first.dice).toFixed(4)} from its`;
      console.log(`  ${''.padEnd(18)} ${ratio} times as fast as ${first.name}${apart}`);
    }
    first ??= { name, seconds, dice };
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
