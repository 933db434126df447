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
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
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

/** Shares whose process ended at a fault of one before them. */
const again = [];

/** Of the target that is furthest from its share, and, where that is a small one, of others that its process has loaded anyway. */
function nextShares() {
  if (performance.now() > until) return undefined;
  if (again.length > 0) return again.splice(0, 1);
  const open = state.filter((one) => one.failed === 0 && one.begun < shareOf(one));
  open.sort((a, b) => a.begun / weightOf(a) - b.begun / weightOf(b));
  const shares = [];
  let room = SHARE;
  for (const one of open.filter(({ target }) => target.group === open[0].target.group)) {
    const first = one.begun;
    const many = Math.min(SHARE, shareOf(one) - first);
    if (many > room) break;
    room -= many;
    one.begun += many;
    shares.push({ one, first: seed + first, many });
  }
  return shares.length === 0 ? undefined : shares;
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

function runShares(shares, number) {
  const mark = join(folder, `${number}.mark`);
  writeFileSync(mark, new Uint8Array(16));
  const reader = openSync(mark, 'r');
  const slot = Buffer.alloc(16);
  /** Which share it is at, and with which seed. */
  const at = () => {
    readSync(reader, slot, 0, 16, 0);
    return [slot.readDoubleLE(0), slot.readDoubleLE(8)];
  };
  const parts = shares.map(({ one, first, many }) => ({ target: one.target.name, first, count: many }));
  const job = JSON.stringify({ group: shares[0].one.target.group, shares: parts, mark });
  const child = spawn(process.execPath, ['--max-old-space-size=1024', lane, job], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((done) => {
    const told = [];
    let errors = '';
    let [seen, since, before] = ['', performance.now(), 0];
    child.on('message', (message) => told.push(message));
    child.stderr.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    let hung = false;
    const watch = setInterval(() => {
      const now = at().join();
      const computed = processorSeconds(child.pid);
      if (now !== seen) [seen, since, before] = [now, performance.now(), computed];
      else if (computed - before > HANG_SECONDS || performance.now() - since > HANG_WALL_SECONDS * 1000) {
        hung = true;
        child.kill('SIGKILL');
      }
    }, 500);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      const lastPlace = at();
      closeSync(reader);
      for (const [i, { read, refused }] of told.entries()) {
        shares[i].one.read += read;
        shares[i].one.refused += refused;
      }
      const fault = told.at(-1)?.fault;
      if (fault !== undefined || hung || code !== 0) {
        const [where, failedSeed] = fault === undefined ? lastPlace : [told.length - 1, told.at(-1).seed];
        fail(
          shares[where].one,
          failedSeed,
          fault ?? (hung ? 'it hung' : `the process ended with ${signal ?? code}: ${errors.trim()}`),
        );
        again.push(...shares.slice(where + 1));
      }
      done();
    });
  });
}

let number = 0;
await Promise.all(
  Array.from({ length: Math.max(1, Number(values.lanes)) }, async () => {
    for (let shares = nextShares(); shares !== undefined; shares = nextShares()) await runShares(shares, number++);
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
