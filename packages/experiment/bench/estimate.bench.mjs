/**
 * What each step of a finished run was expected to take when it began, beside what it took: the plan against the clock. A run beside
 * other work is judged by what it would have taken without; with one thread (`--threads 1`) the processor's time tells that well.
 *
 *     node packages/cli/bin/ftu.js run recipes/small.yaml --out runs/small
 *     node packages/experiment/bench/estimate.bench.mjs runs/small
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder = 'runs/small'] = process.argv;
/** Steps shorter than this, seconds, are not judged: they matter to nobody. */
const SHORT = 5;

const path = join(folder, 'log.jsonl');
if (!existsSync(path)) {
  console.log(`there is no run in ${folder}: make one with "ftu run RECIPE --out FOLDER", and give its folder`);
  process.exit(0);
}

/** The last time that each step was begun, and ended. */
const steps = new Map();
for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
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
