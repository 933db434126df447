/**
 * Memory of training against the number of slides, memory of validation against their height, and the speed of mapped rasters against rasters
 * in memory. Every figure of memory is of a process of its own, looked at from outside: anonymous memory is the process's, file-backed
 * memory are pages of libraries and mapped slides, which the system takes back when it needs the room.
 * `node memory.bench.mjs [slides] [side] [steps]`, by default 4, 8000 and 24; the slides (4 bytes a pixel) are written to a temporary folder (TMPDIR) and removed at the end.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { reuseFreedMemory, setThreads, torchAvailable } from '@ftuseg/torch';
import { median } from '../../core/bench/programs.mjs';
import { batchMemory, renderBatch } from '../dist/batches/batch.js';
import { batchOrder, startLoader } from '../dist/batches/loader.js';
import { parseTrainConfig } from '../dist/config/parse-config.js';
import { openSources } from '../dist/dataset/sources.js';
import { batchJob, loadTrainingData } from '../dist/loop/training-data.js';
import { availableBytes } from '../dist/network/memory.js';
import { uploadState } from '../dist/network/network.js';
import { createOptimiser } from '../dist/optimise/optimiser.js';
import { singleStep, trainStep } from '../dist/optimise/step.js';
import { trainRun } from '../dist/run/train.js';
import { validate } from '../dist/validate/validate.js';
import { slideBytes, writeBigSlides } from './big-slides.mjs';

const [, , countText = '4', sideText = '8000', stepText = '24', role = 'compare', folder = '', choice = ''] =
  process.argv;
const [count, side, steps] = [countText, sideText, stepText].map(Number);
const batchSize = 4;
// What is measured does not depend on the weights, and none have to be downloaded.
const network = { encoder: 'resnet18', encoderWeights: 'none', decoder: 'linknet', tile: 256, batchSize, threads: 1 };
const only = (ids) => `id=${ids.join('|')}`;
const ids = Array.from({ length: count }, (_, i) => `s${i}`);
const strips = [512, 2048].map((height) => ({ id: `strip-${height}`, width: side, height }));

/** Trains on the slides `choice`. */
async function train() {
  await trainRun({
    ...network,
    data: folder,
    out: join(folder, `run-${process.pid}`),
    train: choice,
    split: 'none',
    epochs: 1,
    samplesPerEpoch: steps * batchSize,
    augment: { preset: 'strong' },
  });
}

/** The job of training on `choice`, as a run makes it. */
async function makeJob(ids) {
  const config = parseTrainConfig({ ...network, data: folder, out: '-', train: only(ids), split: 'none' });
  const data = await loadTrainingData(config, await openSources(config), 0, 32);
  const model = createModel({ decoder: network.decoder, encoder: network.encoder, classes: 1 });
  return { config, data, model, job: batchJob(config, data, model.encoder.normalisation) };
}

/** Validates the slide `choice`. */
async function validateStrip() {
  const { config, data, model } = await makeJob([choice]);
  const state = uploadState(model, initialState(model, 1), true);
  setThreads(1);
  const slides = data.slides.map((pixels) => ({ id: choice, pixels }));
  const options = { ...config, ...config.validation, classes: ['glomerulus'], overlap: 0, threshold: 'search' };
  await validate(model, state, slides, { ...options, normalisation: model.encoder.normalisation });
}

/** Images per second of rendering alone and of the loop, mapped and in memory by turns, of as many slides as memory takes. */
async function speed() {
  const fitting = Math.max(1, Math.floor(availableBytes() / 4 / slideBytes({ width: side, height: side })));
  reuseFreedMemory();
  setThreads(1);
  const { config, data, model, job: mapped } = await makeJob(ids.slice(0, fitting));
  const cold = performance.now();
  const memory = batchMemory(mapped);
  for (let batch = 0; batch < 8; batch++) renderBatch(mapped, { epoch: 9, first: batch * batchSize }, memory);
  const coldRate = (8 * batchSize) / ((performance.now() - cold) / 1000);
  const inMemory = (bytes) => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  const slides = mapped.slides.map(({ image, mask, ...rest }) => ({
    ...rest,
    image: inMemory(image),
    mask: inMemory(mask),
  }));
  const jobs = { mapped, memory: { ...mapped, slides } };
  const state = uploadState(model, initialState(model, 1), true);
  const context = {
    ...config,
    model,
    state,
    liveness: new Liveness(model),
    batchSize,
    tile: data.tile,
    classes: 1,
    targets: 'hard',
    optimiser: createOptimiser(model, state, config.optimiser),
  };
  const rates = { render: { mapped: [], memory: [] }, loop: { mapped: [], memory: [] } };
  const order = (round) => (round % 2 === 0 ? ['mapped', 'memory'] : ['memory', 'mapped']);
  for (let round = 0; round < 4 * steps; round++) {
    for (const name of order(round)) {
      const began = process.cpuUsage();
      renderBatch(jobs[name], { epoch: 1, first: round * batchSize }, memory);
      const { user, system } = process.cpuUsage(began);
      rates.render[name].push((1e6 * batchSize) / (user + system));
    }
  }
  const loaders = Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [
      name,
      startLoader(job, batchOrder(1000, batchSize), { workers: 1, prefetch: 2 }),
    ]),
  );
  for (let round = 0; round < steps; round++) {
    for (const name of order(round)) {
      const began = performance.now();
      const loaded = await loaders[name].next();
      trainStep(context, loaded, singleStep(1));
      loaded.release();
      await new Promise(setImmediate);
      rates.loop[name].push((1000 * batchSize) / (performance.now() - began));
    }
  }
  await Promise.all(Object.values(loaders).map((loader) => loader.close()));
  const names = { render: 'rendering, per second of processor time', loop: 'the loop, per second' };
  for (const [what, { mapped: a, memory: b }] of Object.entries(rates)) {
    console.log(
      `  ${names[what]}: mapped ${median(a).toFixed(2)}, in memory ${median(b).toFixed(2)}, ratio ${(median(a) / median(b)).toFixed(3)} (wanted: at least 0.95)`,
    );
  }
  console.log(
    `  rendering, mapped, the first ${8 * batchSize} windows from the disk, per second: ${coldRate.toFixed(2)}`,
  );
  console.log(`  (${slides.length} slides, medians of ${4 * steps} and ${steps} batches of ${batchSize})`);
}

/** Writes the slides of a folder out of the system's cache, so that a process begins with none of their pages. */
function dropFromCache(names) {
  for (const name of names) {
    for (const kind of ['image', 'mask']) {
      const file = join(data, 'slides', `${name}.${kind}.npy`);
      spawnSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' });
    }
  }
}

/** Runs a role in a process of its own; the most memory it had, MiB. */
async function measure(what, choice) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), countText, sideText, stepText, what, data, choice],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const peak = { anonymous: 0, file: 0, resident: 0 };
  const look = (file, field) => {
    try {
      return (
        Number(
          new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${child.pid}/${file}`, 'utf8'))?.[1] ?? 0,
        ) / 1024
      );
    } catch {
      return 0;
    }
  };
  const watch = setInterval(() => {
    peak.anonymous = Math.max(peak.anonymous, look('status', 'RssAnon') + look('status', 'RssShmem'));
    peak.file = Math.max(peak.file, look('status', 'RssFile'));
    peak.resident = Math.max(peak.resident, look('status', 'VmHWM'));
  }, 50);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${what} ended with ${code}`);
  return peak;
}

const show = (name, { anonymous, file, resident }) =>
  console.log(
    `  ${name}: anonymous ${anonymous.toFixed(0)} MiB, file-backed ${file.toFixed(0)} MiB, resident (VmHWM) ${resident.toFixed(0)} MiB`,
  );

let data = '';
async function compare() {
  data = await mkdtemp(join(tmpdir(), 'ftuseg-memory-'));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      rmSync(data, { recursive: true, force: true });
      process.exit(1);
    });
  }
  try {
    const slides = [...ids.map((id) => ({ id, width: side, height: side })), ...strips];
    await writeBigSlides(data, slides);
    console.log(`peak memory of ${steps} steps, Linknet on ResNet-18, batches of ${batchSize} at 256 px, 2 workers:`);
    for (const some of count > 1 ? [ids.slice(0, 1), ids] : [ids]) {
      dropFromCache(ids);
      const bytes = some.length * slideBytes({ width: side, height: side });
      show(
        `${some.length} of the slides, ${side} x ${side} (${(bytes / 2 ** 20).toFixed(0)} MiB)`,
        await measure('train', only(some)),
      );
    }
    console.log('peak memory of validation, one class, thresholds searched:');
    for (const { id, width, height } of strips) show(`a slide of ${width} x ${height}`, await measure('validate', id));
    dropFromCache(ids);
    console.log('images per second:');
    await measure('speed', '-');
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

if (!torchAvailable()) console.log('skipped: libtorch is not available (make libtorch)');
else await { compare, train, validate: validateStrip, speed }[role]();
