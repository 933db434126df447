/**
 * What each step of a finished run was expected to take when it began, beside what it took: the plan against the clock. Times of a run beside
 * other work are also given as they would have been without it.
 *
 *     node packages/cli/dist/main.js run recipes/small.yaml --out runs/small
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
  if (event === 'begun') steps.set(step, { expected: facts.expected ?? null });
  if (event === 'done') steps.set(step, { ...steps.get(step), ...facts, done: true });
}

const done = [...steps].filter(([, { done: ended }]) => ended);
const number = (value) => (value === null || value === undefined ? '' : value.toFixed(1));
const ratio = (a, b) => (a && b ? (a / b).toFixed(2) : '');
console.log(
  'step'.padEnd(24),
  'expected'.padStart(9),
  'took'.padStart(9),
  'idle'.padStart(9),
  'took / expected',
  '  idle / expected',
);
for (const [name, { expected, seconds, idle }] of done) {
  console.log(
    name.padEnd(24),
    number(expected).padStart(9),
    number(seconds).padStart(9),
    number(idle).padStart(9),
    ratio(seconds, expected).padStart(15),
    ratio(idle, expected).padStart(17),
  );
}

/** Without other work, as far as it can be told. */
const best = ({ idle, seconds }) => idle ?? seconds;
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
  console.log(`${disturbed.length} of them ran beside so much other work that this says little`);
