/**
 * `ftu run --on slurm` with a real Slurm: `make cluster-test-slurm`. Two nodes do a recipe with folds and slides; every result has the bytes of a single machine's. ONLY=plain,node,time
 * chooses. Each line says what was seen; the exit code is 1 where anything was not as it must be.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contentsOf, differences } from '../../packages/cli/scripts/kills/contents.mjs';
import { missingForSlurm, startSlurm } from './slurm-server.mjs';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
const only = values.only?.split(',');

function check(what, holds, more = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${more === '' ? '' : `: ${more}`}`);
  if (!holds) process.exitCode = 1;
}

const recipe = (samples) => `name: slurm
seed: 5
slides:
  official: { table: slides, where: id!=synth-2-04 }
  test: { table: slides, where: id=synth-2-03|synth-2-04 }
  spoiled: { table: spoiled.csv }
steps:
  data: { do: prepare, slides: official, micronsPerPixel: 8, tile: 64 }
  stage:
    do: train
    data: data
    settings:
      encoder: tu-tf_efficientnet_lite0
      encoderWeights: none
      foldCount: 3
      folds: 0,1
      batchSize: 2
      epochs: 2
      samplesPerEpoch: ${samples}
      workers: 0
  predictions: { do: predict, models: stage, slides: test, outputs: [mask] }
  poisoned: { do: predict, models: stage, slides: spoiled, outputs: [mask] }
  report: { do: report }
`;

const ftu = (...args) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

/** Results alone: what the steps left, without units and logs, and without the step that cannot be done. */
const results = (folder) =>
  new Map([...contentsOf(folder)].filter(([name]) => !/^(\.units|\.slurm|poisoned)/.test(name)));

function logs(out) {
  const folder = join(out, '.slurm');
  return readdirSync(folder, { recursive: true })
    .filter((name) => String(name).endsWith('.log'))
    .map((name) => readFileSync(join(folder, String(name)), 'utf8'))
    .join('');
}

/** Waits until the queue is empty. @param look called about twice a second */
async function drained(server, out, seconds, look = () => undefined) {
  await server.until(
    'the queue',
    () => {
      look();
      const { stdout } = ftu('status', out, '--threads', '1', '--json');
      return JSON.parse(stdout).status.slurm.length === 0;
    },
    seconds,
  );
}

function unitStates(out) {
  const { units } = JSON.parse(ftu('status', out, '--threads', '1', '--json').stdout).status;
  return new Map(units.map(({ id, state }) => [id, state]));
}

function checkEnd(what, out, whole) {
  const states = unitStates(out);
  const open = [...states].filter(([, state]) => state !== 'done').map(([id, state]) => `${id} ${state}`);
  const expected = ['poisoned/slide/bad set aside', 'poisoned/gather set aside'];
  check(
    `${what}: all is done but the poison slide and what needs it`,
    open.sort().join() === expected.sort().join(),
    open.join(),
  );
  const apart = differences(results(out), results(whole));
  check(`${what}: the bytes of a single machine`, apart.length === 0, apart.slice(0, 5).join());
}

/** The recipe as it is; a poison slide is tried three times; the same call submits nothing while jobs are queued. */
async function plain(server, folder, whole) {
  const out = join(folder, 'plain');
  const run = () =>
    ftu('run', join(folder, 'recipe.yaml'), '--out', out, '--threads', '1', '--on', 'slurm', '--sbatch', '-t 10');
  const first = run();
  console.log(first.stdout.trim());
  check('plain: submitted', first.status === 0, first.stderr.trim());
  const again = run();
  check(
    'plain: the same call while jobs are queued submits nothing',
    /^0 units submitted/m.test(again.stdout),
    again.stdout.trim(),
  );
  await drained(server, out, 400);
  checkEnd('plain', out, whole);
  check(
    'plain: the poison slide was tried three times',
    (logs(out).match(/it failed and is tried again/g) ?? []).length === 2,
  );
  const last = run();
  check('plain: the same call afterwards submits nothing', /^0 units submitted/m.test(last.stdout), last.stdout.trim());
}

/** A node dies in the middle of a fold and comes back. */
async function node(server, folder, whole) {
  const out = join(folder, 'node');
  ftu('run', join(folder, 'recipe.yaml'), '--out', out, '--threads', '1', '--on', 'slurm', '--sbatch', '-t 10');
  let killed;
  const look = () => {
    if (killed !== undefined) return;
    const { stdout } = spawnSync('squeue', ['-h', '-t', 'RUNNING', '-o', '%j %N'], { encoding: 'utf8' });
    killed = /^stage\.parts\S* (\S+)/m.exec(stdout)?.[1];
    if (killed === undefined) return;
    server.killNode(killed);
    // The processes of a host that has lost its power end with it.
    spawnSync('sh', ['-c', `for pid in $(ip netns pids ${killed}); do kill -9 $pid; done`]);
    setTimeout(() => server.startNode(killed), 30_000);
  };
  await drained(server, out, 500, look);
  check('node: one was killed while a fold was trained', killed !== undefined, killed);
  checkEnd('node', out, whole);
}

/** The time of a job is up in the middle of a fold: Slurm warns two minutes before the third is over. */
async function time(server, folder) {
  const path = join(folder, 'long.yaml');
  const [out, alone] = [join(folder, 'time'), join(folder, 'time-whole')];
  writeFileSync(path, recipe(120));
  ftu('run', path, '--out', out, '--threads', '1', '--on', 'slurm', '--sbatch', '-t 3');
  await drained(server, out, 900);
  const put = (logs(out).match(/the time is up(?: at once)?; it goes back/g) ?? []).length;
  check('time: tasks were put back', put > 0, `${put} times`);
  ftu('run', path, '--out', alone, '--threads', '1');
  checkEnd('time', out, alone);
}

const missing = missingForSlurm();
if (missing !== undefined) {
  console.log(`skip all: ${missing}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'ftu-slurm-'));
  mkdirSync(join(folder, 'server'));
  process.env.FTUSEG_CACHE = join(folder, 'cache');
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  ftu('synth', '--count', '4', ...size, '--seed', '2', '--out', join(folder, 'slides'));
  writeFileSync(join(folder, 'bad.png'), 'this is no picture');
  const [image] = readdirSync(join(folder, 'slides', 'images')).filter((name) => name.includes('2-04'));
  writeFileSync(join(folder, 'spoiled.csv'), `id,image,mpp\nbad,bad.png,4\ngood,slides/images/${image},4\n`);
  writeFileSync(join(folder, 'recipe.yaml'), recipe(8));
  const whole = join(folder, 'whole');
  ftu('run', join(folder, 'recipe.yaml'), '--out', whole, '--threads', '1');
  const server = await startSlurm(join(folder, 'server'));
  try {
    for (const [name, work] of Object.entries({ plain, node, time })) {
      if (only === undefined || only.includes(name)) await work(server, folder, whole);
    }
  } finally {
    await server.end();
    if (values.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}
