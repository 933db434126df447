/**
 * Training beside other busy processes: images per second of a training step alone and beside busy loops, with OpenMP's threads waiting as we choose
 * (they spin for a moment, then sleep), sleeping at once, and spinning. One program at a time, in turns: threads that spin do so while their program has
 * nothing to do, too.
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
/** Of the network, for a figure. */
const STEPS = 8;
const chosen = 'as we choose';
/** What is set in the environment for each. */
const policies = {
  [chosen]: {},
  'asleep at once': { OMP_WAIT_POLICY: 'passive', GOMP_SPINCOUNT: '0' },
  spinning: { OMP_WAIT_POLICY: 'active' },
};

/** The child: says how its threads wait, and answers N with the images per second of N steps, and the loss, which shows that all compute the same. */
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
  const { OMP_WAIT_POLICY, GOMP_SPINCOUNT } = process.env;
  console.log(JSON.stringify({ OMP_WAIT_POLICY, GOMP_SPINCOUNT }));
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

/** One policy, once: a program that ends before the next begins. @returns images per second quiet and loaded, and the first loss */
async function measure(policy) {
  const { OMP_WAIT_POLICY: _, GOMP_SPINCOUNT: __, ...env } = process.env;
  const self = fileURLToPath(import.meta.url);
  const args = [self, rounds, loopText, threadText, encoder, sideText, 'serve'];
  const program = startProgram(process.execPath, args, Number(threadText), { ...env, ...policies[policy] });
  try {
    const waits = await program.read();
    for (const [name, wanted] of Object.entries(policies[policy])) {
      if (waits[name] !== wanted) throw new Error(`the program runs with ${name}=${waits[name]}, not ${wanted}`);
    }
    const { loss } = await program.ask(2);
    const quiet = (await program.ask(STEPS)).rate;
    const loops = await startLoops(Number(loopText));
    try {
      return { loss, quiet, loaded: (await program.ask(STEPS)).rate };
    } finally {
      for (const one of loops) one.kill();
    }
  } finally {
    await program.end();
  }
}

async function compare() {
  const names = Object.keys(policies);
  const found = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < Number(rounds); round++) {
    // Each goes first in turn.
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length];
      found[name].push(await measure(name));
    }
  }
  const losses = new Set(Object.values(found).flatMap((all) => all.map(({ loss }) => loss)));
  if (losses.size !== 1) throw new Error(`the policies compute different losses: ${[...losses].join(', ')}`);
  const rate = (name, state) => median(found[name].map((one) => one[state]));
  const fair = Math.min(1, cores / (Number(threadText) + Number(loopText)));
  console.log(
    `${threadText} threads on ${cores} cores; loaded: beside ${loopText} busy loops, where ${fair.toFixed(3)} is a fair share`,
  );
  for (const name of names) {
    const [quiet, loaded] = [rate(name, 'quiet'), rate(name, 'loaded')];
    const share = (loaded / rate(chosen, 'quiet')).toFixed(3);
    console.log(
      `${name}: ${quiet.toFixed(2)} images/s quiet, ${loaded.toFixed(2)} loaded (${share} of what we have when it is quiet)`,
    );
  }
}

if (role === 'serve') {
  await serve();
} else if (!torchAvailable()) {
  console.log('skipped: libtorch is not available (make libtorch)');
} else {
  await compare();
}
