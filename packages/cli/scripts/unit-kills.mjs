/**
 * Disturbs `ftu unit` at random moments: `node packages/cli/scripts/unit-kills.mjs --kills 100 --seed 1`. Workers take the units of a recipe that are ready, often two
 * the same one, and are killed, told to stop, or stopped for longer than another takes. The folder must hold the bytes of one undisturbed `ftu run`; each exit code must be as
 * documented. The exit code is 1 when anything was not so.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '@ftuseg/core';
import { contentsOf, differences } from './kills/contents.mjs';
import { ftu } from './kills/ftu-process.mjs';
import { fourSlides, smallRecipe } from './kills/small-recipe.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    keep: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.kills);
const random = createRandom(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'ftu-kills-'));

const recipe = smallRecipe({
  slides: fourSlides(3),
  settings: { epochs: 2, workers: 1, checkpointMinutes: 0.005 },
  steps: {
    chosen: { do: 'select', from: 'stage', best: 1 },
    predictions: { do: 'predict', models: 'chosen', slides: 'test' },
    report: { do: 'report' },
  },
});

const say = (text) => console.log(`${(performance.now() / 1000).toFixed(0)} s  ${text}`);
const problems = [];

async function mustRun(args) {
  const { code, stderr } = await ftu(folder, args, folder).ended;
  if (code !== 0) throw new Error(`ftu ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** Files that say what came out: not the attempts, nor what only `ftu run` or only units leave. */
const results = (name) => new Map([...contentsOf(join(folder, name))].filter(([file]) => !file.startsWith('.units')));

async function listUnits(out) {
  const { child, ended } = ftu(folder, ['unit', out, '--list', '--json'], folder);
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`--list ended with ${code}: ${stderr}`);
  return JSON.parse(text).units;
}

const disturbances = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGUSR1', 'SIGSTOP'];
let disturbed = 0;
const counts = new Map();
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);

/** Runs a unit and perhaps disturbs it. */
async function work(out, id) {
  const { child, ended } = ftu(folder, ['unit', out, id, '--threads', '1'], folder);
  const kind =
    disturbed < wanted && random.next() < 0.7
      ? disturbances[Math.floor(random.next() * disturbances.length)]
      : undefined;
  if (kind !== undefined) {
    await Promise.race([ended, setTimeout(300 + random.next() * 6000)]);
    if (child.exitCode === null && child.signalCode === null) {
      disturbed++;
      count(kind);
      child.kill(kind);
      if (kind === 'SIGSTOP') {
        await setTimeout(2000 + random.next() * 15_000);
        child.kill('SIGCONT');
      }
    }
  }
  const { code, signal, stderr } = await ended;
  const end = signal ?? code;
  count(`ended with ${end}`);
  // Before the program listens, and after it was told twice, a signal is the end itself.
  const fine = [0, 75, ...(kind === undefined ? [] : ['SIGKILL', 'SIGTERM', 143])];
  if (!fine.includes(end))
    problems.push(`${id}${kind === undefined ? '' : ` (${kind})`} ended with ${end}: ${stderr.trim().slice(-300)}`);
}

async function round(number) {
  const out = `out-${number}`;
  await mustRun(['unit', 'recipe.yaml', '--out', out, '--list']);
  for (;;) {
    const ready = (await listUnits(out)).filter(({ state }) => state === 'ready').map(({ id }) => id);
    if (ready.length === 0) break;
    const pick = () => ready[Math.floor(random.next() * ready.length)];
    await Promise.all(Array.from({ length: Number(values.workers) }, () => work(out, pick())));
  }
  const left = (await listUnits(out))
    .filter(({ state }) => state !== 'done')
    .map(({ id, state }) => `${id} is ${state}`);
  problems.push(...left, ...differences(results(out), results('whole')).map((text) => `round ${number}: ${text}`));
  say(`round ${number}: ${disturbed} disturbances so far, ${problems.length} problems`);
  if (!values.keep) rmSync(join(folder, out), { recursive: true, force: true });
}

writeFileSync(join(folder, 'recipe.yaml'), recipe);
const size = ['--width', '400', '--height', '400', '--microns-per-pixel', '4'];
await mustRun(['synth', '--count', '4', ...size, '--seed', '3', '--out', 'slides']);
await mustRun(['run', 'recipe.yaml', '--out', 'whole', '--threads', '1']);
say('the undisturbed run is done');
for (let number = 1; disturbed < wanted && problems.length === 0; number++) await round(number);
for (const problem of problems) console.error(problem);
console.log(
  [...counts]
    .sort()
    .map(([what, times]) => `${what}: ${times}`)
    .join(', '),
);
console.log(`${disturbed} disturbances, ${problems.length} problems`);
if (!values.keep && problems.length === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`kept: ${folder}`);
process.exitCode = problems.length === 0 ? 0 : 1;
