/**
 * Whole `ftu predict` on a synthetic pyramid of 20,000 x 20,000 (EfficientNet-B0 Unet, 1024 -> 256, one view, no tile skipped), with
 * and without DenseCRF, against a bare ONNX Runtime session that is fed as many ready-made tiles, and against a straightforward
 * Python pipeline (OpenSlide, OpenCV, PyTorch, NumPy), which is also asked once for tiles of 2560 -> 1280. The bare session runs the model
 * file as it is and, beside it, in the shorter form that `ftu predict` gives it. Every side is a process of its own, from its start to its
 * end; they take turns.
 *
 *     node packages/infer/bench/pipeline.bench.mjs [rounds] [side] [without-python]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optimizeForCpu } from '@ftuseg/nn';
import { cli, median, pyramid, timed, trainedModel } from './subjects.mjs';

const [rounds = '3', side = '20000', python = ''] = process.argv.slice(2);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'ftuseg-pipeline-'));
const slide = pyramid(Number(side));
const { model, checkpoint } = trainedModel();
const table = join(work, 'slides.csv');
writeFileSync(table, `id,image\nslide,${slide}\n`);
const shorter = join(work, 'shorter.onnx');
writeFileSync(shorter, optimizeForCpu(readFileSync(model)));
const small = { tile: 256, overlap: 64, downsample: 4 };
const large = { tile: 1280, overlap: 256, downsample: 2 };

const predict = (name, { tile, overlap, downsample }, ...more) => {
  const out = join(work, name);
  rmSync(out, { recursive: true, force: true });
  const grid = ['--tile-size', tile, '--overlap', overlap, '--downsample', downsample];
  const run = timed('node', [
    cli,
    'predict',
    '--model',
    model,
    '--slides',
    table,
    '--out',
    out,
    ...grid,
    '--include-background',
    ...more,
  ]);
  const [outcome] = JSON.parse(readFileSync(join(out, 'predictions.json'), 'utf8')).slides;
  return { ...run, tiles: outcome.tiles, objects: outcome.facts.count };
};
const cores = String(availableParallelism());
const bare = (file) => timed('node', [here('bare_onnx.mjs'), file, tiles, small.tile, cores]);
const pythonPipeline = ({ tile, overlap, downsample }) =>
  timed(
    '/usr/bin/python3',
    [here('python_pipeline.py'), slide, checkpoint, overlap, join(work, 'python'), tile, downsample],
    { OMP_NUM_THREADS: cores },
  );

let tiles = 0;
const sides = {
  'ftu predict': () => predict('plain', small),
  'ftu predict --crf reference': () => predict('crf', small, '--crf', 'reference'),
  'bare ONNX Runtime': () => bare(model),
  'bare, shorter form': () => bare(shorter),
};
const once = {};
if (python !== 'without-python') {
  sides['Python pipeline'] = () => pythonPipeline(small);
  once['ftu predict, 1280 px'] = () => predict('large', large);
  once['Python pipeline, 1280 px'] = () => pythonPipeline(large);
}

const found = Object.fromEntries([...Object.keys(sides), ...Object.keys(once)].map((name) => [name, []]));
try {
  for (let round = 0; round < Number(rounds); round++) {
    for (const [name, run] of Object.entries({ ...sides, ...(round === 0 ? once : {}) })) {
      const result = run();
      // The first prediction says how many tiles there are.
      tiles ||= result.tiles;
      found[name].push(result);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log(`pipeline: ${side} x ${side} pixels, ${tiles} tiles of 256 at 1/4, ${availableParallelism()} threads`);
for (const [name, runs] of Object.entries(found)) {
  const seconds = runs.map((run) => run.seconds);
  const peak = Math.max(...runs.map((run) => run.megabytes));
  const objects = runs[0].objects === undefined ? '' : `, ${runs[0].objects} objects`;
  console.log(
    `  ${name.padEnd(28)} ${median(seconds).toFixed(2)} s (${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}), peak ${peak.toFixed(0)} MB${objects}`,
  );
}
const ratio = (a, b) => median(found[a].map((run, i) => run.seconds / found[b][i].seconds));
const against = (a, b, most) => {
  const value = ratio(a, b);
  console.log(`  ${a} / ${b}: ${value.toFixed(3)} (wanted <= ${most}: ${value <= most ? 'met' : 'missed'})`);
};
against('ftu predict', 'bare ONNX Runtime', 1.1);
against('ftu predict --crf reference', 'bare ONNX Runtime', 1.2);
against('ftu predict', 'bare, shorter form', 1.1);
if (python !== 'without-python') {
  against('ftu predict', 'Python pipeline', 0.5);
  against('ftu predict, 1280 px', 'Python pipeline, 1280 px', 0.25);
}
