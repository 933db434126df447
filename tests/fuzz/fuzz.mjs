/**
 * Mutated inputs for every reader of ours. Each ends in a result or in an FtuError, within limits of time and memory, and changes nothing that all
 * objects share; the first input of a target that does not is written beside.
 *
 *     node tests/fuzz/fuzz.mjs [--count 100000 | --seconds 60] [--seed 1] [--target rle,recipe] [--out fuzz-failures] [--lanes 2]
 *
 * The count is of all targets together. Ctrl-C ends after the processes in hand and counts what was done. To repeat a failure:
 * --target NAME --seed SEED --count 1.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inputOf } from './input.mjs';
import { targets } from './targets.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    out: { type: 'string', default: 'fuzz-failures' },
    lanes: { type: 'string', default: String(availableParallelism()) },
  },
});
const seed = Number(values.seed);
const count = Number(values.count ?? (values.seconds === undefined ? 10_000 : 1e12));
let until = performance.now() + 1000 * Number(values.seconds ?? 1e9);
const wanted = values.target?.split(',');
const unknown = wanted?.find((name) => !targets.some((target) => target.name === name));
if (unknown !== undefined || !(count >= 1) || !Number.isSafeInteger(seed)) {
  console.error(
    `there are the targets ${targets.map(({ name }) => name).join(', ')}; count and seed are whole numbers`,
  );
  process.exit(2);
}
const chosen = targets.filter(({ name }) => wanted === undefined || wanted.includes(name));
console.log(
  `seed ${seed}: ${values.seconds === undefined ? `${count} executions` : `${values.seconds} s`} of ${chosen.map(({ name }) => name).join(', ')}`,
);

process.once('SIGINT', () => {
  until = 0;
});

/** Executions of one process: short ones show memory that grows, and end in time. */
const SHARE = 2000;
/** Processor time without a new execution, and time on the wall, after which one hangs: the machine may be busy with other things. */
const HANG_SECONDS = 20;
const HANG_WALL_SECONDS = 600;

const folder = mkdtempSync(join(tmpdir(), 'ftuseg-fuzz-'));
const lane = fileURLToPath(new URL('./lane.mjs', import.meta.url));
const state = chosen.map((target) => ({ target, begun: 0, read: 0, refused: 0, failed: 0 }));
const weightOf = ({ target: { weight = 1 } }) => weight;
const total = state.reduce((sum, one) => sum + weightOf(one), 0);
const failures = [];

const shareOf = (one) => Math.ceil((count * weightOf(one)) / total);

/** The target that is furthest from its share. */
function nextShare() {
  if (performance.now() > until) return undefined;
  const open = state.filter((one) => one.failed === 0 && one.begun < shareOf(one));
  const [one] = open.sort((a, b) => a.begun / weightOf(a) - b.begun / weightOf(b));
  if (one === undefined) return undefined;
  const first = one.begun;
  const many = Math.min(SHARE, shareOf(one) - first);
  one.begun += many;
  return { one, first: seed + first, many };
}

function fail(one, failedSeed, fault) {
  one.failed++;
  mkdirSync(values.out, { recursive: true });
  const path = resolve(values.out, `${one.target.name}-${failedSeed}.${one.target.ending}`);
  writeFileSync(path, inputOf(one.target, failedSeed));
  failures.push(
    `${one.target.name}, seed ${failedSeed}: ${fault}\n  kept as ${path}; again: make fuzz TARGET=${one.target.name} SEED=${failedSeed} N=1`,
  );
  console.error(failures.at(-1));
}

/** @returns seconds that a process has computed; 0 where the system does not tell */
function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function runShare({ one, first, many }, number) {
  const mark = join(folder, `${number}.mark`);
  writeFileSync(mark, new Uint8Array(8));
  const reader = openSync(mark, 'r');
  const slot = Buffer.alloc(8);
  const at = () => {
    readSync(reader, slot, 0, 8, 0);
    return slot.readDoubleLE();
  };
  const job = JSON.stringify({ group: one.target.group, target: one.target.name, first, count: many, step: 1, mark });
  const child = spawn(process.execPath, ['--max-old-space-size=1024', lane, job], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((done) => {
    let told;
    let errors = '';
    let [seen, since, before] = [-1, performance.now(), 0];
    child.on('message', (message) => {
      told = message;
    });
    child.stderr.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    let hung = false;
    const watch = setInterval(() => {
      const now = at();
      const computed = processorSeconds(child.pid);
      if (now !== seen) [seen, since, before] = [now, performance.now(), computed];
      else if (computed - before > HANG_SECONDS || performance.now() - since > HANG_WALL_SECONDS * 1000) {
        hung = true;
        child.kill('SIGKILL');
      }
    }, 500);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      one.read += told?.read ?? 0;
      one.refused += told?.refused ?? 0;
      if (told?.fault !== undefined) fail(one, told.seed, told.fault);
      else if (hung) fail(one, at(), 'it hung');
      else if (code !== 0) fail(one, at(), `the process ended with ${signal ?? code}: ${errors.trim()}`);
      done();
    });
  });
}

let number = 0;
await Promise.all(
  Array.from({ length: Math.max(1, Number(values.lanes)) }, async () => {
    for (let share = nextShare(); share !== undefined; share = nextShare()) await runShare(share, number++);
  }),
);
rmSync(folder, { recursive: true, force: true });
const width = Math.max(...state.map(({ target }) => target.name.length));
for (const { target, read, refused, failed } of state) {
  console.log(
    `${target.name.padEnd(width)}  ${String(read + refused).padStart(9)}: ${read} read, ${refused} refused${failed > 0 ? ', FAILED' : ''}`,
  );
}
const all = state.reduce((sum, { read, refused }) => sum + read + refused, 0);
console.log(
  `seed ${seed}: ${all} executions, ${failures.length === 0 ? 'none failed' : `${failures.length} targets failed`}`,
);
process.exit(failures.length === 0 ? 0 : 1);
