/**
 * Many small slides through a queue on Redis: what the engine costs beside the units' own processes, and whether memory stays flat. `node tests/cluster/redis-thousand.mjs --slides 1000 --slots 2`.
 * The slides have the same pixels, and one of them is predicted. The unit of each other one is a shell script that publishes that result under its name, so that hardly anything but the engine takes
 * time; `--real` predicts them all. Everything else is real: the run ends with a gathered step. Prints seconds of the slots per unit, and the memory of `ftu run`, worker and Redis over time.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { standIn } from './stand-in.mjs';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
const standInWorker = fileURLToPath(new URL('stand-in-worker.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    slides: { type: 'string', default: '1000' },
    slots: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '120' },
    real: { type: 'boolean', default: false },
  },
});
const [count, slots] = [Number(values.slides), Number(values.slots)];
const PORT = 23_791;

const base = mkdtempSync(join(tmpdir(), 'ftu-thousand-'));
const at = (...names) => join(base, ...names);
process.env.FTUSEG_CACHE = at('cache');
const ftu = (...args) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
const log = openSync(at('all.log'), 'a');
const start = (command, ...args) => spawn(command, args, { stdio: ['ignore', log, log] });

const recipe = `name: thousand
seed: 1
slides:
  few: { table: few }
  many: { table: many.csv }
steps:
  data: { do: prepare, slides: few, micronsPerPixel: 8, tile: 64 }
  stage:
    do: train
    data: data
    settings: { encoder: tu-tf_efficientnet_lite0, encoderWeights: none, foldCount: 3, folds: 0, batchSize: 2, epochs: 1, samplesPerEpoch: 2, workers: 0 }
  predictions: { do: predict, models: stage, slides: many, outputs: [] }
`;

const kilobytes = (id) => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0);
/** Seconds of a processor, all threads together. */
const processor = (id) => {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const logLines = () =>
  readdirSync(at('run', '.redis'))
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => readFileSync(at('run', '.redis', name), 'utf8').split('\n'));

ftu(
  'synth',
  '--count',
  '3',
  '--width',
  '300',
  '--height',
  '300',
  '--microns-per-pixel',
  '4',
  '--seed',
  '2',
  '--out',
  at('few'),
);
ftu(
  'synth',
  '--count',
  '1',
  '--width',
  '96',
  '--height',
  '96',
  '--microns-per-pixel',
  '4',
  '--seed',
  '3',
  '--out',
  at('one'),
);
const [image] = readdirSync(at('one', 'images'));
mkdirSync(at('many'));
const names = Array.from({ length: count }, (_, i) => `s${String(i).padStart(4, '0')}`);
for (const name of names) copyFileSync(at('one', 'images', image), at('many', `${name}.png`));
writeFileSync(at('many.csv'), `id,image,mpp\n${names.map((name) => `${name},many/${name}.png,4\n`).join('')}`);
writeFileSync(at('recipe.yaml'), recipe);

const redis = start('redis-server', '--port', String(PORT), '--dir', base, '--appendonly', 'yes', '--save', '');
await sleep(1000);
const queue = `redis://127.0.0.1:${PORT}`;
const setting = { queue, slots, program: values.real ? [process.execPath, main] : await standIn(at, names, main) };
const worker = start(process.execPath, standInWorker, JSON.stringify(setting));
const run = start(
  process.execPath,
  main,
  'run',
  at('recipe.yaml'),
  '--out',
  at('run'),
  '--threads',
  '1',
  '--on',
  queue,
);
const ids = { run: run.pid, worker: worker.pid, redis: redis.pid };
const samples = [];
let code;
run.on('exit', (one) => {
  code = one ?? 'a signal';
});
const DONE = /^predictions\/slide\/\S+: ended with 0 after ([\d.]+) s$/;
let [first, before] = [undefined, undefined];
let done = [];
const end = performance.now() + Number(values.minutes) * 60_000;
while (code === undefined && performance.now() < end) {
  await sleep(2000);
  try {
    done = logLines()
      .flatMap((line) => DONE.exec(line)?.[1] ?? [])
      .map(Number);
    const now = { at: performance.now(), done: done.length };
    for (const [name, id] of Object.entries(ids)) now[name] = kilobytes(id);
    now.seconds = processor(ids.run) + processor(ids.worker);
    if (done.length === 0) continue;
    first ??= now;
    before = now;
    samples.push(now);
    if (done.length >= count) break;
  } catch {
    // Not there yet, or there no more.
  }
}
const inTime = done.slice(first?.done ?? 0);
const sum = inTime.reduce((all, one) => all + one, 0);
const wall = (before.at - first.at) / 1000;
console.log(
  `${inTime.length} slides in ${wall.toFixed(0)} s by ${slots} slots: ${((slots * wall) / inTime.length).toFixed(2)} s of a slot for each`,
);
console.log(
  `of which its own process: ${(sum / inTime.length).toFixed(2)} s; the engine: ${((slots * wall - sum) / inTime.length).toFixed(2)} s`,
);
console.log(
  `processor time of \`ftu run\` and worker: ${((1000 * (before.seconds - first.seconds)) / inTime.length).toFixed(0)} ms for each slide`,
);
for (const share of [0.1, 0.25, 0.5, 0.75, 1]) {
  const sample = samples[Math.max(0, Math.ceil(share * samples.length) - 1)];
  const memory = Object.keys(ids).map((name) => `${name} ${Math.round(sample[name] / 1024)} MiB`);
  console.log(`after ${sample.done} slides: ${memory.join(', ')}`);
}
while (code === undefined && performance.now() < end) await sleep(500);
console.log(`the run ended with ${code ?? 'nothing: the time was over'}`);
for (const child of [run, worker]) child.kill('SIGTERM');
await sleep(2000);
redis.kill('SIGKILL');
rmSync(base, { recursive: true, force: true });
process.exitCode = code === 0 ? 0 : 1;
