/**
 * `ftu run --on redis://...` with a real Redis and two workers on hosts of their own: `make cluster-test-redis`. Whatever is killed, stopped, cut off or wiped, every result has the bytes of a single
 * machine's, and is published once. ONLY=plain,kill,stop,link,crash,wiped,again,twice,refused,changed chooses. Each line says what was seen; the exit code is 1 where anything was not as it must be.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { contentsOf, differences } from '../../packages/cli/scripts/kills/contents.mjs';
import { changedInstallation } from './redis-changed.mjs';
import { refusedInputs } from './redis-refused.mjs';
import { missingForRedis, PASSWORD, startRedis, until } from './redis-server.mjs';
import { endWorkers, environmentOf, ftu, startFtu, startWorkers, unitsBelow, unitsOf } from './redis-workers.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
const only = values.only?.split(',');

/** Longer than a worker may be silent before its units are given to others, and than it takes to see that. */
const SILENT_SECONDS = 60;

function check(what, holds, more = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${more === '' ? '' : `: ${more}`}`);
  if (!holds) process.exitCode = 1;
}

const recipe = (poison) => `name: redis
seed: 5
slides:
  official: { table: slides, where: id!=synth-2-04 }
  test: { table: slides, where: id=synth-2-03|synth-2-04 }
${poison ? '  spoiled: { table: spoiled.csv }\n' : ''}steps:
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
      epochs: 3
      samplesPerEpoch: 24
      workers: 0
  predictions: { do: predict, models: stage, slides: test, outputs: [mask] }
${poison ? '  poisoned: { do: predict, models: stage, slides: spoiled, outputs: [mask] }\n' : ''}  report: { do: report }
`;

/** Results alone: what the steps left, without units and logs, and without the step that cannot be done. Where hosts have the root elsewhere, their JSON and YAML names pictures there. */
const results = (folder, isElsewhere) =>
  new Map(
    [...contentsOf(folder)].filter(
      ([name]) => !/^(\.units|\.redis|poisoned)/.test(name) && !(isElsewhere && /\.(json|yaml)$/.test(name)),
    ),
  );

const logs = (out) =>
  readdirSync(join(out, '.redis'))
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(out, '.redis', name), 'utf8'))
    .join('');

const unitStates = (server, out) =>
  JSON.parse(ftu('status', out, '--queue', server.own, '--threads', '1', '--json').stdout).status.units;

/** A run with two workers; `disturb` is called when a fold is being trained. */
async function scenario(server, place, name, disturb) {
  const { folder, whole } = place;
  const out = join(folder, name);
  const file = join(folder, name === 'plain' ? 'poison.yaml' : 'recipe.yaml');
  const log = join(folder, `${name}-run.log`);
  const args = ['run', file, '--out', out, '--threads', '1', '--on', server.own];
  let run = startFtu(args, { log });
  const again = () => {
    run = startFtu(args, { log });
  };
  let workers = startWorkers(server, folder, name);
  const replace = (worker) => {
    workers = workers.map((one) =>
      one === worker ? startWorkers(server, folder, name, [server.hosts[workers.indexOf(worker)]])[0] : one,
    );
  };
  try {
    const training = () => workers.find((worker) => unitsBelow(worker).some(({ line }) => /stage\/fold/.test(line)));
    await until(`${name}: a fold`, () => training() !== undefined, 120);
    // In the middle of it.
    await sleep(4000);
    await disturb({ out, run, again, worker: training() ?? workers[0], workers: () => workers, replace });
    // Does not keep this script waiting once all is done.
    const patience = sleep(400_000, { code: 'not at an end' }, { ref: false });
    const { code } = await Promise.race([run.ended, patience]);
    const said = readFileSync(log, 'utf8').trim();
    check(
      `${name}: the run ends with ${name === 'plain' ? 1 : 0}`,
      code === (name === 'plain' ? 1 : 0),
      `${code}: ${said.split('\n').at(-1)}`,
    );
    const ended = await endWorkers(workers);
    check(
      `${name}: workers stop in order`,
      ended.every((one) => one.code === 143),
      ended.map((one) => one.code ?? one.signal).join(),
    );
    const open = unitStates(server, out).filter(({ state }) => state !== 'done');
    const expected = name === 'plain' ? ['poisoned/gather', 'poisoned/slide/bad'] : [];
    check(
      `${name}: nothing is lost`,
      open
        .map(({ id }) => id)
        .sort()
        .join() === expected.join(),
      open.map(({ id, state }) => `${id} ${state}`).join(),
    );
    const published = [...logs(out).matchAll(/^(\S+): \1: done: /gm)].map(([, unit]) => unit);
    const twice = published.filter((unit, i) => published.indexOf(unit) !== i);
    check(`${name}: each unit is published once`, twice.length === 0, twice.join());
    const isElsewhere = name === 'plain';
    const apart = differences(results(out, isElsewhere), results(whole, isElsewhere));
    check(`${name}: the bytes of a single machine`, apart.length === 0, apart.slice(0, 5).join());
    return { out, said };
  } finally {
    await endWorkers(workers);
    if (run.exitCode === null) run.kill('SIGKILL');
  }
}

/** The recipe as it is, with a password that no unit sees; a poison slide is tried three times; the same call afterwards does nothing. */
async function plain(server, place) {
  const { out, said } = await scenario(server, place, 'plain', async ({ worker }) => {
    const seen = unitsBelow(worker).map(({ id, line }) => `${line} ${environmentOf(id)}`);
    check('plain: no unit sees the password', seen.length > 0 && !seen.join().includes(PASSWORD));
  });
  check('plain: the poison slide is named', /set aside: poisoned\/slide\/bad/.test(said));
  check('plain: it was tried three times', (logs(out).match(/^poisoned\/slide\/bad: begun/gm) ?? []).length === 3);
  const hosts = readdirSync(join(out, '.redis')).filter((name) => name.endsWith('.log'));
  check('plain: both workers did something', hosts.length === 2, hosts.join());
  const again = ftu('run', join(place.folder, 'poison.yaml'), '--out', out, '--threads', '1', '--on', server.own);
  check(
    'plain: the same call afterwards ends at once, alike',
    again.status === 1 && /2 units set aside/.test(again.stderr),
  );
}

const kill = (server, place) =>
  scenario(server, place, 'kill', async ({ worker, out, replace }) => {
    const before = unitsBelow(worker).length;
    process.kill(worker.pid, 'SIGKILL');
    // It stops at its next safe place, as it does for SIGUSR1.
    await until(
      'kill: the unit of a killed worker stops with it',
      () => !unitsOf(out).some(({ parent }) => parent === 1),
    );
    check('kill: the unit of a killed worker stops with it', before > 0);
    replace(worker);
  });

function checkGivenOn(name, { out }) {
  const begun = logs(out).match(/^stage\/fold\/\d: begun/gm) ?? [];
  check(`${name}: the fold was given to the other worker too`, begun.length > 2, `${begun.length} began`);
}

/** Stops processes for longer than a unit's place in the queue is kept. */
async function stoppedFor(ids) {
  for (const id of ids) process.kill(id, 'SIGSTOP');
  await sleep(SILENT_SECONDS * 1000);
  for (const id of ids) process.kill(id, 'SIGCONT');
}

const idsBelow = (worker) => unitsBelow(worker).map(({ id }) => id);

const stop = async (server, place) => {
  const ended = await scenario(server, place, 'stop', ({ worker }) => stoppedFor([worker.pid, ...idsBelow(worker)]));
  checkGivenOn('stop', ended);
};

/** The unit is stopped while its worker is cut off: one that goes on would be done on a fast machine, and nobody else would get it. */
const link = async (server, place) => {
  const ended = await scenario(server, place, 'link', async ({ worker, workers }) => {
    const host = server.hosts[workers().indexOf(worker)];
    server.link(host, 'down');
    await stoppedFor(idsBelow(worker));
    server.link(host, 'up');
    const log = join(place.folder, `link-${host}.log`);
    await until('link: the worker is back', () => /answers again/.test(readFileSync(log, 'utf8')));
    check('link: the worker that was cut off comes back', true);
  });
  checkGivenOn('link', ended);
};

const crash = (server, place) => scenario(server, place, 'crash', () => server.restart(false));

const wiped = async (server, place) => {
  const { said } = await scenario(server, place, 'wiped', () => server.restart(true));
  check('wiped: the run says so', /the queue has lost this run; it is built anew from the records/.test(said));
};

/** Whoever queues units is killed, the queue's files are gone, and the same command is given again. */
const again = (server, place) =>
  scenario(server, place, 'again', async ({ run, again: giveAgain }) => {
    run.kill('SIGKILL');
    await server.restart(true);
    giveAgain();
  });

/** The fold that one worker is at is delivered to the other too. */
const twice = (server, place) =>
  scenario(server, place, 'twice', async ({ out, workers }) => {
    const { token } = JSON.parse(readFileSync(join(out, '.redis', 'queue.json'), 'utf8'));
    const { Queue } = await import('bullmq');
    const { Redis } = await import('ioredis');
    const client = new Redis(server.own, { password: PASSWORD, maxRetriesPerRequest: null });
    const queue = new Queue(`run-${token}`, { connection: client, prefix: 'ftuseg' });
    const jobs = await queue.getJobs(['active', 'waiting']);
    const { step } = jobs.find(({ data }) => data.unit.startsWith('stage/fold/')).data;
    for (const fold of [0, 1]) {
      for (const copy of [1, 2])
        await queue.add('unit', { unit: `stage/fold/${fold}`, step }, { jobId: `copy-${fold}-${copy}`, lifo: true });
    }
    await queue.close();
    client.disconnect();
    const foldsOf = (worker) => unitsBelow(worker).map(({ line }) => / (stage\/fold\/\d) /.exec(line)?.[1]);
    const both = () => {
      const [first, second] = workers().map(foldsOf);
      return first.some((fold) => fold !== undefined && second.includes(fold));
    };
    await until('twice: both are at one fold', both, 240);
    check('twice: both workers are at one fold', true);
  });

const missing = missingForRedis();
if (missing !== undefined) {
  console.log(`skip all: ${missing}`);
} else {
  const base = mkdtempSync(join(tmpdir(), 'ftu-redis-'));
  const folder = join(base, 'root');
  for (const name of ['root', 'server']) mkdirSync(join(base, name));
  process.env.FTUSEG_CACHE = join(base, 'cache');
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  ftu('synth', '--count', '4', ...size, '--seed', '2', '--out', join(folder, 'slides'));
  writeFileSync(join(folder, 'bad.png'), 'this is no picture');
  const [image] = readdirSync(join(folder, 'slides', 'images')).filter((name) => name.includes('2-04'));
  writeFileSync(join(folder, 'spoiled.csv'), `id,image,mpp\nbad,bad.png,4\ngood,slides/images/${image},4\n`);
  writeFileSync(join(folder, 'recipe.yaml'), recipe(false));
  writeFileSync(join(folder, 'poison.yaml'), recipe(true));
  const whole = join(folder, 'whole');
  ftu('run', join(folder, 'recipe.yaml'), '--out', whole, '--threads', '1');
  const server = await startRedis(join(base, 'server'));
  const refused = (_, place) => refusedInputs(server, place.folder, check);
  const changed = (_, place) =>
    changedInstallation(server, place, check, (out) => differences(results(out, false), results(place.whole, false)));
  try {
    for (const [name, work] of Object.entries({
      plain,
      kill,
      stop,
      link,
      crash,
      wiped,
      again,
      twice,
      refused,
      changed,
    })) {
      if (only === undefined || only.includes(name)) await work(server, { folder, whole });
    }
  } finally {
    await server.end();
    if (values.keep) console.log(base);
    else rmSync(base, { recursive: true, force: true });
  }
}
