/**
 * The scores of a predicted mask, from two run-length codes to Dice and the number of objects found: from runs here, from pixels with
 * NumPy and SciPy as notebooks do it. Both take turns, and must agree.
 *
 *     node packages/core/bench/scores.bench.mjs [side] [glomeruli] [rounds]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dice, intersectCounts, matchObjects, rleOfRuns, runsOfRle } from '../dist/index.js';
import { glomeruliMask } from './glomeruli.mjs';

const script = fileURLToPath(import.meta.url);
const [first, ...rest] = process.argv.slice(2);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Seconds from two codes to the scores, in a process of its own. */
function measure(side, truthPath, predictionPath) {
  const [truthCode, predictionCode] = [truthPath, predictionPath].map((path) => readFileSync(path, 'utf8'));
  const began = performance.now();
  const [truth, prediction] = [truthCode, predictionCode].map((code) => runsOfRle(code, side, side));
  const decoded = performance.now();
  const score = dice(intersectCounts(prediction, truth));
  const scored = performance.now();
  const { truePositives } = matchObjects(prediction, truth);
  const matched = performance.now();
  const seconds = [decoded - began, scored - decoded, matched - scored].map((milliseconds) => milliseconds / 1000);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify({
      decode: seconds[0],
      dice: seconds[1],
      objects: seconds[2],
      score,
      truePositives: truePositives.length,
      megabytes,
    }),
  );
}

function compare(side, count, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-scores-'));
  try {
    const [truth, prediction] = ['truth', 'prediction'].map((name) => join(folder, `${name}.rle`));
    const code = rleOfRuns(glomeruliMask(side, count));
    writeFileSync(truth, code);
    // A prediction that is 40 pixels too low.
    writeFileSync(
      prediction,
      code.replace(/(\d+) (\d+)/g, (_, start, length) => `${Number(start) + 40} ${length}`),
    );
    const program = (command, ...args) => {
      const run = spawnSync(command, [...args, String(side), truth, prediction], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
      return JSON.parse(run.stdout);
    };
    const python = '/usr/bin/python3';
    const hasPeer = spawnSync(python, ['-c', 'import numpy, scipy']).status === 0;
    const [ours, theirs] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(program('node', script, 'measure'));
      if (hasPeer) theirs.push(program(python, fileURLToPath(new URL('scores_numpy.py', import.meta.url))));
    }
    report(side, count, ours, theirs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(side, count, ours, theirs) {
  const [{ score, truePositives }] = ours;
  console.log(
    `scores: ${side} x ${side}, ${count} glomeruli, Dice ${score.toFixed(4)}, ${truePositives} true positives, ${ours.length} rounds`,
  );
  for (const other of theirs) {
    if (Math.abs(other.score - score) > 1e-12 || other.truePositives !== truePositives)
      throw new Error(`NumPy says ${JSON.stringify(other)}`);
  }
  const milliseconds = (list, name) => {
    const values = list.map((one) => 1000 * one[name]);
    return `${median(values).toFixed(1)} ms (least ${Math.min(...values).toFixed(1)})`;
  };
  for (const name of ['decode', 'dice', 'objects']) {
    const peer =
      theirs.length === 0
        ? 'NumPy: skipped, it compares with: apt-get install python3-scipy'
        : `NumPy and SciPy ${milliseconds(theirs, name)}, ratio ${(median(theirs.map((one) => one[name])) / median(ours.map((one) => one[name]))).toFixed(0)}`;
    console.log(`  ${name.padEnd(8)} ${milliseconds(ours, name)}, ${peer}`);
  }
  const memory = (list) => Math.max(...list.map(({ megabytes }) => megabytes)).toFixed(0);
  console.log(`  most memory ${memory(ours)} MB${theirs.length === 0 ? '' : `, ${memory(theirs)} MB`}`);
}

if (first === 'measure') measure(Number(rest[0]), rest[1], rest[2]);
else compare(Number(first ?? 12_000), Number(rest[0] ?? 80), Number(rest[1] ?? 5));
