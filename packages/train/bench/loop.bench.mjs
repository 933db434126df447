/**
 * The whole training loop, loading and augmentation included: against the bare step on one batch, and against a plain Python loop with two
 * DataLoader workers that makes the same changes with NumPy and OpenCV. EfficientNet-B0 at 256 px and B4 at 512 px; the two programs take
 * turns. Memory is the proportional set of each program with its workers.
 * `node loop.bench.mjs [rounds] [threads]`
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { manualSeed, reuseFreedMemory, setThreads, torchAvailable } from '@ftuseg/torch';
import { median, startProgram } from '../../core/bench/programs.mjs';
import { batchMemory, renderBatch } from '../dist/batches/batch.js';
import { batchOrder, startLoader } from '../dist/batches/loader.js';
import { parseTrainConfig } from '../dist/config/parse-config.js';
import { uploadState } from '../dist/network/network.js';
import { createOptimiser } from '../dist/optimise/optimiser.js';
import { singleStep, trainStep } from '../dist/optimise/step.js';
import { slideShares } from '../dist/sampling/sampler.js';

const [, , rounds = '5', threadText = '2', role = 'compare', variant = 'b0', batchText = '8', sideText = '256'] =
  process.argv;
const threads = Number(threadText);
const python = process.env.PYTHON ?? '/usr/bin/python3';
/** The changes that `loop_bench.py` makes too. */
const config = parseTrainConfig({ data: '-', out: '-', augment: { preset: 'standard' } });

/** A slide of noise with a disc: what is in it does not change how long it takes. */
function slideOfNoise() {
  const [width, height] = [2048, 1600];
  const bytes = (length) => new Uint8Array(new SharedArrayBuffer(length));
  const image = bytes(width * height * 3);
  let state = 1;
  for (let i = 0; i < image.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = state >>> 24;
  }
  const mask = bytes(width * height);
  for (let y = 510; y < 690; y++) {
    for (let x = 510; x < 690; x++) if (Math.hypot(x - 600, y - 600) < 90) mask[y * width + x] = 1;
  }
  return { width, height, image, mask, objects: Int32Array.of(510, 510, 180, 180) };
}

/** The child: answers `bare N` and `loop N` with the seconds of N steps. */
async function serve() {
  const [batchSize, side] = [Number(batchText), Number(sideText)];
  reuseFreedMemory(); // as a run does
  setThreads(threads);
  manualSeed(0);
  const model = createModel({ decoder: 'unet', encoder: `timm-efficientnet-${variant}`, classes: 1, dropPathRate: 0 });
  const state = uploadState(model, initialState(model, 1), true);
  const context = {
    ...config,
    model,
    state,
    liveness: new Liveness(model),
    batchSize,
    tile: side,
    classes: 1,
    optimiser: createOptimiser(model, state, config.optimiser),
  };
  const slides = [slideOfNoise()];
  const plan = { kind: 'free', shares: slideShares(slides, 'even'), centred: 0, jitter: 0, bins: [] };
  const { normalisation } = model.encoder;
  const job = { slides, plan, tile: side, classes: 1, batchSize, seed: 1, augment: config.augment, normalisation };
  const fixed = batchMemory(job);
  renderBatch(job, { epoch: 0, first: 0 }, fixed);
  const loader = startLoader(job, batchOrder(1000, batchSize), config);
  const work = {
    bare: async () => trainStep(context, fixed, singleStep(1)),
    async loop() {
      const loaded = await loader.next();
      trainStep(context, loaded, singleStep(1));
      loaded.release();
      await new Promise(setImmediate);
    },
  };
  const parameters = model.parameters.filter(({ role: of }) => of === 'parameter');
  console.log(
    JSON.stringify({ parameters: parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0) }),
  );
  for await (const line of createInterface({ input: process.stdin })) {
    const [kind, count] = line.split(' ');
    const seconds = [];
    for (let i = 0; i < Number(count); i++) {
      const began = performance.now();
      await work[kind]();
      seconds.push((performance.now() - began) / 1000);
    }
    console.log(JSON.stringify({ seconds }));
  }
  await loader.close();
}

async function compare(name, batch, side) {
  const self = fileURLToPath(import.meta.url);
  const ours = startProgram(
    process.execPath,
    [self, rounds, threadText, 'serve', name, String(batch), String(side)],
    threads,
  );
  const havePython = spawnSync(python, ['-c', 'import torch, numpy, cv2']).status === 0;
  const script = fileURLToPath(new URL('loop_bench.py', import.meta.url));
  const theirs = havePython
    ? startProgram(python, [script, name, String(batch), String(side), String(threads)], threads)
    : undefined;
  const [a, b] = [await ours.read(), await theirs?.read()];
  if (b !== undefined && a.parameters !== b.parameters)
    throw new Error('the two programs do not train the same network');
  await ours.ask('loop 1');
  await theirs?.ask('1');
  const times = { bare: [], loop: [], python: [] };
  const turns = {
    bare: async () => times.bare.push(...(await ours.ask('bare 2')).seconds),
    loop: async () => times.loop.push(...(await ours.ask('loop 2')).seconds),
    python: async () => times.python.push(...((await theirs?.ask('2'))?.seconds ?? [])),
  };
  for (let round = 0; round < Number(rounds); round++) {
    // Each goes first in turn, so that a machine that slows down slows all.
    const order = round % 2 === 0 ? ['bare', 'loop', 'python'] : ['python', 'loop', 'bare'];
    for (const who of order) await turns[who]();
  }
  const peak = await ours.peakDuring('loop 2');
  const peakThere = await theirs?.peakDuring('2');
  ours.end();
  theirs?.end();
  const rate = (seconds) => batch / median(seconds);
  console.log(
    `${name.toUpperCase()} at ${side} px, batches of ${batch}, ${threads} threads, images per second (median of ${times.loop.length} steps):`,
  );
  console.log(
    `  loop ${rate(times.loop).toFixed(3)}, bare step ${rate(times.bare).toFixed(3)}: ratio ${(rate(times.loop) / rate(times.bare)).toFixed(3)} (wanted: at least 0.95)`,
  );
  if (theirs === undefined) {
    console.log(
      `  Python was skipped: ${python} lacks torch, numpy or cv2 (apt-get install python3-torch python3-opencv)`,
    );
    return;
  }
  console.log(
    `  Python loop ${rate(times.python).toFixed(3)}: ratio ${(rate(times.loop) / rate(times.python)).toFixed(3)} (wanted: at least 1.1)`,
  );
  console.log(`  peak memory with workers: ${peak.toFixed(0)} MiB here, ${peakThere.toFixed(0)} MiB in Python`);
}

if (role === 'serve') {
  await serve();
} else if (!torchAvailable()) {
  console.log('skipped: libtorch is not available (make libtorch)');
} else {
  await compare('b0', 8, 256);
  await compare('b4', 4, 512);
}
