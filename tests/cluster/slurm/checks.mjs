/** What the cases of `slurm.mjs` share: the program, its results, the queue, and lines that say what was seen. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentsOf, differences } from '../../../packages/cli/scripts/kills/contents.mjs';

export const main = fileURLToPath(new URL('../../../packages/cli/bin/ftu.js', import.meta.url));

export function check(what, holds, more = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${more === '' ? '' : `: ${more}`}`);
  if (!holds) process.exitCode = 1;
}

export const ftu = (...args) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });

export const squeue = (...args) => spawnSync('squeue', ['-h', ...args], { encoding: 'utf8' }).stdout;

/** Submits a recipe. @returns as `ftu` */
export const submit = (recipe, out, sbatch = '-t 10') =>
  ftu('run', recipe, '--out', out, '--threads', '1', '--on', 'slurm', '--sbatch', sbatch);

let secondsPerSample;

/** Samples of an epoch with which a fold takes about so many seconds here: what is done to a fold in the middle must find it at work on any machine. */
export function samplesFor(seconds, { folder, recipeOf }) {
  const secondsOf = (samples) => {
    const path = join(folder, 'rate.yaml');
    writeFileSync(path, recipeOf(samples));
    const began = performance.now();
    ftu('run', path, '--out', join(folder, `rate-${samples}`), '--threads', '1');
    return (performance.now() - began) / 1000;
  };
  // The recipe trains two folds, one after the other.
  const [few, more] = [16, 96];
  secondsPerSample ??= Math.max(0.01, (secondsOf(more) - secondsOf(few)) / (2 * (more - few)));
  const samples = Math.max(more, Math.ceil(seconds / secondsPerSample));
  console.log(
    `a fold of ${seconds} s: ${samples} samples an epoch, ${(1000 * secondsPerSample).toFixed(0)} ms for each`,
  );
  return samples;
}

/** Results alone: what the steps left, without units and logs, and without the step that cannot be done. */
export const results = (folder) =>
  new Map([...contentsOf(folder)].filter(([name]) => !/^(\.units|\.slurm|poisoned)/.test(name)));

export function logs(out) {
  const folder = join(out, '.slurm');
  return readdirSync(folder, { recursive: true })
    .filter((name) => String(name).endsWith('.log'))
    .map((name) => readFileSync(join(folder, String(name)), 'utf8'))
    .join('');
}

/** How often a log says something. */
export const times = (out, what) => (logs(out).match(what) ?? []).length;

const status = (out) => JSON.parse(ftu('status', out, '--threads', '1', '--json').stdout).status;

/** Waits until the queue is empty. @param look called about twice a second @param ends whether to wait no longer */
export async function drained(server, out, seconds, look = () => undefined, ends = () => false) {
  await server.until(
    'the queue',
    async () => {
      await look();
      if (ends()) return true;
      return squeue('-o', '%i').trim() === '' && status(out).slurm?.length === 0;
    },
    seconds,
  );
}

/** The unit states of a run, but for those that are done. */
export const openUnits = (out) =>
  status(out)
    .units.filter(({ state }) => state !== 'done')
    .map(({ id, state }) => `${id} ${state}`)
    .sort();

const POISONED = ['poisoned/gather set aside', 'poisoned/slide/bad set aside'];

/** All is done but the poison slide, once each, with the bytes of a run on one machine. */
export function checkEnd(what, out, whole) {
  const open = openUnits(out);
  check(`${what}: all is done but the poison slide and what needs it`, open.join() === POISONED.join(), open.join());
  const apart = differences(results(out), results(whole));
  check(`${what}: the bytes of a single machine`, apart.length === 0, apart.slice(0, 5).join());
  const published = readdirSync(join(out, '.units'), { recursive: true }).map(String);
  const twice = published.filter((name) => /published\/.*published/.test(name));
  check(`${what}: each unit has one result`, twice.length === 0, twice.slice(0, 5).join());
}

/** The node that runs a task of a group of units; undefined: none does. */
export const nodeOf = (group) =>
  new RegExp(`^${group}\\S* (\\S+)`, 'm').exec(squeue('-t', 'RUNNING', '-o', '%j %N'))?.[1];
