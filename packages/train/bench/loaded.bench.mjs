/**
 * Training beside other busy processes: images per second of a training step alone and beside busy loops, with OpenMP's threads sleeping (passive, what
 * we choose) and spinning (active) while they wait. The two programs take turns; the one that waits for its turn is asleep.
 * `node loaded.bench.mjs [rounds] [busy loops] [threads] [encoder] [side]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { manualSeed, reuseFreedMemory, setThreads, torchAvailable } from '@ftuseg/torch';
import { median, startProgram } from '../../core/bench/programs.mjs';
import { parseTrainConfig } from '../dist/config/parse-config.js';
import { uploadState } from '../dist/network/network.js';
import { createOptimiser } from '../dist/optimise/optimiser.js';
import { singleStep, trainStep } from '../dist/optimise/step.js';

const cores = availableParallelism();
const [, , rounds = '5', loopText = String(4 * cores), threadText = String(cores), ...rest] = process.argv;
const [encoder = 'timm-tf_efficientnet_lite0', sideText = '128', role = 'compare'] = rest;
const batchSize = 4;
const policies = ['passive', 'active'];

/** The child: answers N with the images per second of N steps, and the loss, which shows that both compute the same. */
async function serve() {
  const [threads, side] = [Number(threadText), Number(sideText)];
  reuseFreedMemory();
  setThreads(threads);
  manualSeed(0);
  const config = parseTrainConfig({ data: '-', out: '-' });
  const model = createModel({ decoder: 'unet', encoder, classes: 1, dropPathRate: 0 });
  const state = uploadState(model, initialState(model, 1), true);
  const optimiser = createOptimiser(model, state, config.optimiser);
  const liveness = new Liveness(model);
  const context = { ...config, model, state, optimiser, liveness, batchSize, tile: side, classes: 1, targets: 'hard' };
  const images = Float32Array.from({ length: batchSize * side * side * 3 }, (_, i) => Math.sin(i));
  const masks = Float32Array.from({ length: batchSize * side * side }, (_, i) => (i % 7 === 0 ? 1 : 0));
  console.log(JSON.stringify({ policy: process.env.OMP_WAIT_POLICY }));
  for await (const line of createInterface({ input: process.stdin })) {
    const began = performance.now();
    let loss = 0;
    for (let i = 0; i < Number(line); i++) loss = trainStep(context, { images, masks }, singleStep(1)).loss;
    const rate = (Number(line) * batchSize * 1000) / (performance.now() - began);
    console.log(JSON.stringify({ rate, loss }));
  }
}

/** What a busy loop runs: it looks now and then whether the benchmark is still there, so that none outlives it. */
const loop = `
  const parent = process.ppid;
  const turn = () => {
    for (const end = Date.now() + 50; Date.now() < end; );
    if (process.ppid === parent) setImmediate(turn);
  };
  process.stdout.write('.');
  turn();`;

/** Starts loops that do nothing but take processor time. */
async function startLoops(count) {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', loop], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  await Promise.all(loops.map((one) => once(one.stdout, 'data')));
  return loops;
}

function startTraining(policy) {
  const before = process.env.OMP_WAIT_POLICY;
  process.env.OMP_WAIT_POLICY = policy;
  const self = fileURLToPath(import.meta.url);
  const program = startProgram(
    process.execPath,
    [self, rounds, loopText, threadText, encoder, sideText, 'serve'],
    Number(threadText),
  );
  if (before === undefined) delete process.env.OMP_WAIT_POLICY;
  else process.env.OMP_WAIT_POLICY = before;
  return program;
}

async function compare() {
  const programs = policies.map(startTraining);
  for (const [i, program] of programs.entries()) {
    const { policy } = await program.read();
    if (policy !== policies[i]) throw new Error(`the program runs with ${policy}, not ${policies[i]}`);
  }
  const warm = [];
  for (const program of programs) warm.push((await program.ask(2)).loss);
  if (warm[0] !== warm[1]) throw new Error(`the two policies compute different losses: ${warm.join(' and ')}`);
  const steps = 4;
  const results = { quiet: [[], []], loaded: [[], []] };
  for (let round = 0; round < Number(rounds); round++) {
    for (const state of ['quiet', 'loaded']) {
      const loops = state === 'loaded' ? await startLoops(Number(loopText)) : [];
      try {
        // Each goes first in turn.
        for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
          results[state][i].push((await programs[i].ask(steps)).rate);
        }
      } finally {
        for (const one of loops) one.kill();
      }
    }
  }
  for (const program of programs) program.end();
  const fair = Math.min(1, cores / (Number(threadText) + Number(loopText)));
  console.log(`${threadText} threads on ${cores} cores; loaded: beside ${loopText} busy loops`);
  for (const [i, policy] of policies.entries()) {
    const [quiet, loaded] = [median(results.quiet[i]), median(results.loaded[i])];
    const share = (loaded / quiet).toFixed(3);
    console.log(`${policy}: ${quiet.toFixed(2)} images/s quiet, ${loaded.toFixed(2)} loaded (${share} of it)`);
  }
  console.log(`a fair share of the processor beside the loops: ${fair.toFixed(3)}`);
  const ratio = (state) => (median(results[state][0]) / median(results[state][1])).toFixed(3);
  console.log(`passive/active: ${ratio('quiet')} quiet, ${ratio('loaded')} loaded`);
}

if (role === 'serve') {
  await serve();
} else if (!torchAvailable()) {
  console.log('skipped: libtorch is not available (make libtorch)');
} else {
  await compare();
}
