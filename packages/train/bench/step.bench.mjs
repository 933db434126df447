/**
 * Times the same training step here and in Python (a Unet on each of several encoders, BCE + Dice, Adam, channels_last), alternating in
 * one run.
 * `node step.bench.mjs [rounds] [batch] [threads] [encoder,...]`; on a busy machine one thread and its processor time say more.
 * FTUSEG_BENCH_DEVICE=cuda in the environment runs both on another device than the processor.
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createModel, Liveness } from '@ftuseg/nn';
import { manualSeed, reuseFreedMemory, setThreads, torchAvailable } from '@ftuseg/torch';
import { median, startProgram } from '../../core/bench/programs.mjs';
import { parseTrainConfig } from '../dist/config/parse-config.js';
import { uploadState } from '../dist/network/network.js';
import { createOptimiser } from '../dist/optimise/optimiser.js';
import { singleStep, trainStep } from '../dist/optimise/step.js';

const usual = 'timm-efficientnet-b0,tu-tf_efficientnetv2_b0,tu-convnext_tiny,mit_b0';
const [, , rounds = '6', batchText = '8', threadText = '2', encoderText = usual, role = 'compare'] = process.argv;
const batchSize = Number(batchText);
const threads = Number(threadText);
const side = 256;
const python = process.env.PYTHON ?? '/usr/bin/python3';
const device = process.env.FTUSEG_BENCH_DEVICE ?? 'cpu';
const config = parseTrainConfig({ data: '-', out: '-', device });
/** Of the first losses: cards multiply in TF32 where they have it, which keeps three digits. */
const tolerance = device === 'cpu' ? 1e-4 : 1e-2;

/** Values in [-1, 1) from a name, the same in every language: the murmur3 finaliser over FNV-1a. */
function generate(name, count) {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = Math.imul(i, 2654435761) ^ seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

function generatedState(model) {
  const rule = (name, shape, count) => {
    if (name.endsWith('running_mean')) return (v) => 0.1 * v;
    if (name.endsWith('running_var')) return (v) => 1 + 0.5 * Math.abs(v);
    if (shape.length === 1) return name.endsWith('weight') ? (v) => 1 + 0.1 * v : (v) => 0.1 * v;
    const scale = 1.4 * Math.sqrt(3 / (count / shape[0]));
    return (v) => scale * v;
  };
  return new Map(
    model.parameters.map(({ name, shape, dtype }) => {
      const count = shape.reduce((product, length) => product * length, 1);
      if (dtype === 'int64') return [name, { dtype, shape, data: new BigInt64Array(count) }];
      return [name, { dtype, shape, data: Float32Array.from(generate(name, count), rule(name, shape, count)) }];
    }),
  );
}

function makeContext() {
  reuseFreedMemory(); // as trainRun does
  setThreads(threads);
  manualSeed(0);
  const model = createModel({ decoder: 'unet', encoder: encoderText, classes: 1, dropPathRate: 0 });
  const state = uploadState(model, generatedState(model), true, device);
  const optimiser = createOptimiser(model, state, config.optimiser);
  return { ...config, model, state, optimiser, liveness: new Liveness(model), batchSize, tile: side, classes: 1 };
}

/** The fixed batch of both programs: planes from the generator, stored as the loader stores them (NHWC). */
function fixedBatch() {
  const planes = generate('input', batchSize * 3 * side * side);
  const images = new Float32Array(planes.length);
  const area = side * side;
  for (let n = 0; n < batchSize; n++) {
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < area; i++) images[(n * area + i) * 3 + c] = planes[(n * 3 + c) * area + i];
    }
  }
  return { images, masks: Float32Array.from(generate('mask', batchSize * area), (v) => (v > 0 ? 1 : 0)) };
}

const peakMiB = () => process.resourceUsage().maxRSS / 1024;

/** The child that does what step_bench.py does, by the same protocol. */
async function serve() {
  const context = makeContext();
  const batch = fixedBatch();
  const parameters = context.model.parameters.filter(({ role }) => role === 'parameter');
  const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const single = parameters.find(({ shape }) => shape.join() === '1');
  console.log(JSON.stringify({ parameters: count }));
  for await (const line of createInterface({ input: process.stdin })) {
    const seconds = [];
    const processor = [];
    const losses = [];
    for (let i = 0; i < Number(line); i++) {
      const began = performance.now();
      const used = process.cpuUsage();
      losses.push(trainStep(context, batch, singleStep(1)).loss);
      // The loss is read before the backward pass: a card may be at work until a weight is read.
      if (device !== 'cpu') context.state.get(single.name).item();
      const { user, system } = process.cpuUsage(used);
      seconds.push((performance.now() - began) / 1000);
      processor.push((user + system) / 1e6);
    }
    console.log(JSON.stringify({ seconds, processor, losses, peakMiB: peakMiB() }));
  }
}

const fixed = (value) => value.toFixed(3);

async function compareWithPython(encoder) {
  console.log(`Unet on ${encoder}`);
  const self = fileURLToPath(import.meta.url);
  const peer = fileURLToPath(new URL('step_bench.py', import.meta.url));
  const ours = startProgram(process.execPath, [self, rounds, batchText, threadText, encoder, 'serve'], threads);
  const theirs = startProgram(python, [peer, encoder, ...[batchSize, side, threads].map(String)], threads);
  const [a, b] = [await ours.read(), await theirs.read()];
  const [firstOurs, firstTheirs] = [await ours.ask(1), await theirs.ask(1)];
  console.log(`parameters: ${a.parameters} here, ${b.parameters} in Python`);
  console.log(`first loss: ${firstOurs.losses[0]} here, ${firstTheirs.losses[0]} in Python`);
  if (a.parameters !== b.parameters || !(Math.abs(firstOurs.losses[0] - firstTheirs.losses[0]) <= tolerance)) {
    throw new Error('the two programs do not run the same network: their times cannot be compared');
  }
  await ours.ask(1);
  await theirs.ask(1);
  const results = { ours: [], theirs: [] };
  for (let round = 0; round < Number(rounds); round++) {
    // Each goes first in turn, so that a machine that slows down slows both.
    const pair = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
    for (const who of pair) results[who].push(await (who === 'ours' ? ours : theirs).ask(2));
  }
  ours.end();
  theirs.end();
  for (const [key, title] of [
    ['seconds', 'step'],
    ['processor', 'processor time of a step'],
  ]) {
    const [here, there] = [results.ours, results.theirs].map((list) => list.flatMap((result) => result[key]));
    console.log(`${title}: median ${fixed(median(here))} s here, ${fixed(median(there))} s in Python`);
    console.log(`  fastest ${fixed(Math.min(...here))} s here, ${fixed(Math.min(...there))} s in Python`);
    console.log(`  ratio python/ours: ${fixed(median(there) / median(here))} (wanted: at least 0.98)`);
  }
  const [peak, peakThere] = [results.ours, results.theirs].map((list) => list.at(-1).peakMiB.toFixed(0));
  console.log(`peak memory: ${peak} MiB here, ${peakThere} MiB in Python`);
}

if (role === 'serve') {
  await serve();
} else if (!torchAvailable()) {
  console.log('skipped: libtorch is not available (make libtorch)');
} else if (spawnSync(python, ['-c', 'import torch, numpy']).status !== 0) {
  console.log(`skipped: ${python} has no torch (apt-get install python3-torch)`);
} else if (spawnSync(python, ['-c', `import torch; torch.zeros(1, device="${device}")`]).status !== 0) {
  console.log(`skipped: the torch of ${python} cannot use ${device}`);
} else {
  for (const encoder of encoderText.split(',')) await compareWithPython(encoder);
}
