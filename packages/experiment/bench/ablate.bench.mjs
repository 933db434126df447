/**
 * What an ablation costs beside one prediction: three models, four views, three merges, three refinements (threshold, DenseCRF with and
 * without colour), each combination scored at level 0, against `predictTable` once (the three models, four views, no CRF, no files). The
 * ensemble alone is 9 combinations; with every model by itself too it is 36. All begin with model files and slides; they take turns.
 *
 * The network is an EfficientNet-B0 Unet at 256 px that has seen some hundred windows of `ftu synth` (`infer/bench/subjects.mjs`), so
 * that objects, and with them the work of CRF and outlines, are as many as a network draws and not the noise of random weights. The second
 * and third model are the same with every weight changed by one percent. The slides are pyramids of `ftu synth` with masks, at four
 * times the network's resolution, tissue and background.
 *
 *     node packages/experiment/bench/ablate.bench.mjs [rounds] [slides] [side]
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import { cardOf, loadModel, logitBytes, predictTable } from '@ftuseg/infer';
import { createModel, exportOnnx, modelSpecOf, readSafetensors } from '@ftuseg/nn';
import { readSlideTable } from '@ftuseg/slide';
import { cli, median, trainedModel } from '../../infer/bench/subjects.mjs';
import { folder } from '../../slide/bench/slides.mjs';
import { ablateRunner } from '../dist/steps/ablate/step.js';

const [rounds = 3, slides = 2, side = 6000] = process.argv.slice(2).map(Number);
const WANTED = 1.3;

/** Pyramids with masks, made once. */
async function slideRows() {
  const place = join(folder, `ablate-${side}`);
  mkdirSync(place, { recursive: true });
  const rows = [];
  for (let i = 0; i < slides; i++) {
    const path = join(place, `slide-${i}.tif`);
    const table = join(place, `slide-${i}.slides.csv`);
    if (!existsSync(table)) {
      console.error(`making a synthetic pyramid of ${side} x ${side}, kept in ${place}`);
      const size = ['--width', side, '--height', side, '--microns-per-pixel', 0.5, '--seed', 11 + i];
      const args = [cli, 'synth', ...size, path].map(String);
      const { status } = spawnSync('node', args, { stdio: ['ignore', 'ignore', 'inherit'] });
      if (status !== 0) throw new Error('ftu synth failed');
    }
    rows.push(...(await readSlideTable(table)));
  }
  return rows;
}

/** Three model files, as a training step of a recipe leaves them. */
async function trainedFolds(work) {
  const { model, checkpoint } = trainedModel();
  const card = await cardOf(model);
  const network = createModel(modelSpecOf(card));
  const { state: trained } = readSafetensors(readFileSync(checkpoint));
  return [0, 1, 2].map((fold) => {
    const path = join(work, `model-${fold}.onnx`);
    const random = createRandom(fold);
    const state = new Map(
      Array.from(trained, ([name, tensor]) => {
        // Counters of batches stay.
        if (tensor.dtype !== 'float32') return [name, tensor];
        const data = tensor.data.map((value) => value * (1 + (fold === 0 ? 0 : random.uniform(-0.01, 0.01))));
        return [name, { ...tensor, data }];
      }),
    );
    const bytes = exportOnnx(network, state, { ...card, name: `fold ${fold}` });
    writeFileSync(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return {
      name: `train/fold-${fold}`,
      step: 'train',
      fold,
      folder: work,
      model: path,
      sha256,
      validationDice: null,
      bestEpoch: 1,
      epochs: 1,
      steps: 1,
      seconds: 1,
      trainedOn: [],
      validatedOn: [],
    };
  });
}

const work = mkdtempSync(join(tmpdir(), 'ftuseg-ablate-'));
try {
  const rows = await slideRows();
  const folds = await trainedFolds(work);
  const output = { folds, outOfFold: null, classes: ['glomerulus'], threshold: 0.5 };
  const levels = (name, values) => Object.fromEntries(values.map((value) => [value, { [name]: value }]));
  const stepOf = (singles) => ({
    do: 'ablate',
    stages: { trained: 'train' },
    slides: 'test',
    singles,
    settings: { views: 'reference' },
    factors: {
      merging: levels('merge', ['hann', 'mean', 'center']),
      refinement: levels('crf', ['none', 'reference', 'bilateral']),
    },
  });
  const ablateOnce = async (out, singles) => {
    const { output: found, summary } = await ablateRunner.run({
      name: 'pieces',
      step: stepOf(singles),
      folder: join(out, 'pieces'),
      out,
      device: 'cpu',
      threads: undefined,
      begun: false,
      signal: undefined,
      note: () => undefined,
      share: () => undefined,
      progress: () => undefined,
      outcomes: [],
      checked: { slides: new Map([['test', rows]]), file: { recipe: { steps: { train: { do: 'train' } } } } },
      records: new Map([['train', { output }]]),
    });
    return { rows: found.ablation.rows, summary, bytes: await logitBytes(join(out, 'logits')) };
  };
  const predictOnce = async (out) => {
    const models = await Promise.all(folds.map(({ model }) => loadModel(model)));
    const found = await predictTable(rows, models, { views: 'reference', out, outputs: [] });
    await Promise.all(models.map((model) => model.close()));
    return found;
  };
  const timed = async (run) => {
    const out = mkdtempSync(join(work, 'out-'));
    mkdirSync(join(out, 'pieces'), { recursive: true });
    const [began, before] = [performance.now(), process.cpuUsage()];
    const found = await run(out);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - began) / 1000;
    rmSync(out, { recursive: true });
    return { seconds, processor: (user + system) / 1e6, found };
  };
  const kinds = [
    { name: 'the ensemble', singles: false, ratios: [] },
    { name: 'the ensemble and every model by itself', singles: true, ratios: [] },
  ];
  for (let round = 0; round < rounds; round++) {
    const once = await timed(predictOnce);
    const tiles = once.found.slides.reduce((sum, slide) => sum + slide.tiles, 0);
    if (round === 0) {
      console.log(
        `ablate: ${rows.length} slides of ${side} x ${side}, ${tiles} tiles and views, ${availableParallelism()} cores`,
      );
    }
    for (const { name, singles, ratios } of kinds) {
      const all = await timed((out) => ablateOnce(out, singles));
      const { rows: table, bytes, summary } = all.found;
      ratios.push(all.seconds / once.seconds);
      const answers = `${table.length} rows; ${summary}; answers of networks ${(bytes / 1e6).toFixed(1)} MB`;
      const cost = `predict once ${once.seconds.toFixed(1)} s, ablate ${all.seconds.toFixed(1)} s`;
      const processor = (all.processor / once.processor).toFixed(3);
      console.log(`  round ${round + 1}, ${name}: ${answers}`);
      console.log(`    ${cost}, ratio ${ratios.at(-1).toFixed(3)}, of processor time ${processor}`);
    }
  }
  for (const { name, ratios } of kinds) {
    const value = median(ratios);
    const verdict = value <= WANTED ? 'met' : 'missed';
    console.log(`  ${name}: ablate / predict once ${value.toFixed(3)} (wanted <= ${WANTED}: ${verdict})`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
