/**
 * What each step of a finished run was expected to take when it began, beside what it took: the plan against the clock. A run beside
 * other work is judged by what it would have taken without; with one thread (`--threads 1`) the processor's time tells that well.
 * Without a folder, a run of some minutes on synthetic slides is made for it.
 *
 *     node packages/experiment/bench/estimate.bench.mjs [runs/small]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , given] = process.argv;
/** Steps shorter than this, seconds, are not judged: they matter to nobody. */
const SHORT = 5;

const recipe = `name: estimate
slides:
  train: { table: slides, where: id!=synth-7-04 }
  test: { table: slides, where: id=synth-7-04 }
steps:
  data: { do: prepare, slides: train, micronsPerPixel: 2, tile: 128 }
  stage:
    do: train
    data: data
    settings: { encoder: tu-tf_efficientnet_lite0, encoderWeights: none, foldCount: 3, epochs: 3, samplesPerEpoch: 160, seed: 1 }
  chosen: { do: select, from: stage, by: whole-slides }
  predictions: { do: predict, models: chosen, slides: test }
  scores: { do: evaluate, predictions: predictions }
  pieces:
    do: ablate
    stages: { stage: stage }
    slides: test
    factors: { refinement: { threshold: {}, CRF: { crf: reference } } }
  report: { do: report }
`;

/** @returns the log of a run that was made in that folder */
function ownRun(folder) {
  const ftu = (...args) => {
    const program = fileURLToPath(new URL('../../cli/bin/ftu.js', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    // 3: a warning, such as that these few slides look unlike each other.
    if (status !== 0 && status !== 3) throw new Error(`ftu ${args.join(' ')}: ${stderr}`);
  };
  const size = ['--width', '1600', '--height', '1600', '--microns-per-pixel', '2'];
  ftu('synth', '--count', '4', ...size, '--seed', '7', '--out', join(folder, 'slides'));
  writeFileSync(join(folder, 'recipe.yaml'), recipe);
  ftu('run', join(folder, 'recipe.yaml'), '--out', join(folder, 'run'));
  return readFileSync(join(folder, 'run', 'log.jsonl'), 'utf8');
}

function logOf() {
  if (given !== undefined) {
    const path = join(given, 'log.jsonl');
    if (existsSync(path)) return readFileSync(path, 'utf8');
    console.error(`there is no run in ${given}: make one with "ftu run RECIPE --out FOLDER", and give its folder`);
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-estimate-'));
  try {
    return ownRun(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last time that each step was begun, and ended. */
const steps = new Map();
for (const line of logOf().trim().split('\n')) {
  const { event, step, ...facts } = JSON.parse(line);
  if (event === 'begun') steps.set(step, { expected: facts.expected ?? null, threads: facts.threads ?? 1 });
  if (event === 'done') steps.set(step, { ...steps.get(step), ...facts, done: true });
}

const done = [...steps].filter(([, { done: ended }]) => ended);
const number = (value) => (value === null || value === undefined ? '' : value.toFixed(1));
const ratio = (a, b) => (a && b ? (a / b).toFixed(2) : '');
/** Seconds without other work: those of the clock, corrected; where that says little, those of the processor. */
const best = ({ idle, processor, threads, seconds }) => idle ?? (processor ? processor / threads : seconds);
const titles = ['expected', 'took', 'processor', 'undisturbed', 'ratio'];
console.log('step'.padEnd(20), ...titles.map((title) => title.padStart(12)));
for (const [name, step] of done) {
  const { expected, seconds, processor } = step;
  const cells = [number(expected), number(seconds), number(processor), number(best(step)), ratio(best(step), expected)];
  console.log(name.padEnd(20), ...cells.map((cell) => cell.padStart(12)));
}

const judged = done.filter(([, step]) => step.expected !== null && Math.max(step.expected, best(step)) >= SHORT);
const off = (step) => Math.max(best(step) / step.expected, step.expected / best(step));
const near = judged.filter(([, step]) => off(step) <= 2);
const disturbed = judged.filter(([, { idle }]) => idle === null || idle === undefined);
const sum = (of) => done.reduce((total, [, step]) => total + (of(step) ?? 0), 0);
console.log(
  `all: expected ${number(sum(({ expected }) => expected))} s, took ${number(sum(({ seconds }) => seconds))} s`,
);
console.log(`${near.length} of ${judged.length} steps of ${SHORT} seconds or more are within a factor of two`);
if (disturbed.length > 0)
  console.log(`${disturbed.length} of them ran beside much other work and are judged by the processor's time`);
