/** One scenario: a command in a folder of its own, disturbed once to three times, then left alone until it is done, then looked at. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { commands } from './commands.mjs';
import { contentsOf, differences } from './contents.mjs';
import { ftu, leftRunning, leftShared } from './ftu-process.mjs';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const signals = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGINT twice'];
const closings = ['stdout closed', 'stderr closed', 'both closed'];
/** Until a process listens, the system ends it as it ends any: milliseconds, for a machine with much to do. */
const STARTING = 1500;

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What happens under a number: it depends on nothing but these. */
export function drawScenario({ seed, number, only, two }) {
  const random = randomOf(seed * 1_000_003 + number);
  random();
  const pool = only.flatMap((name) => Array.from({ length: commands[name].weight }, () => name));
  const pick = (items) => items[Math.floor(random() * items.length)];
  const command = pick(pool);
  const ways = [...signals, ...signals, ...closings, ...(two ? ['two processes', 'two processes'] : [])];
  const lives = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    way: pick(ways),
    /** Share of the time that an undisturbed run takes. */
    moment: random() * 1.1,
    /** Milliseconds between two signals, or two processes. */
    gap: random() * 500,
  }));
  return { number, command, lives };
}

/** Runs a life; @returns how it went, whether the command came to its end, and what was wrong */
async function live(start, { way, moment, gap }, { folder, whole, within }) {
  const { child, ended } = start();
  const began = performance.now();
  const after = moment * whole.milliseconds;
  let over = false;
  ended.then(() => {
    over = true;
  });
  await Promise.race([ended, setTimeout(after)]);
  const disturbed = !over;
  const [signal, twice] = way.split(' ');
  const signalled = performance.now();
  let second;
  if (closings.includes(way)) {
    if (way !== 'stderr closed') child.stdout.destroy();
    if (way !== 'stdout closed') child.stderr.destroy();
  } else if (way === 'two processes') {
    second = start();
  } else {
    child.kill(signal);
    if (twice !== undefined) {
      await setTimeout(gap);
      child.kill(signal);
    }
  }
  const { code, signal: killedBy, stderr } = await ended;
  const other = await second?.ended;
  const seconds = (performance.now() - signalled) / 1000;
  const how = `${way} after ${Math.round(after)} ms: ${killedBy ?? code}${other === undefined ? '' : ` and ${other.code}`}`;
  const problems = [];
  const complain = (problem) =>
    problems.push(`${problem}${stderr === '' ? '' : ` (${stderr.trim().split('\n').at(-1)})`}`);
  if (way === 'two processes') {
    const refused = [{ code, stderr }, other].filter((one) => one.code !== 0);
    if (refused.length > 1 || refused.some((one) => one.code !== 1 || !/^ftu: .*\S/m.test(one.stderr))) {
      complain('two processes: one must end with 0, the other with 0 or a sentence and 1');
    }
    return { how, disturbed, finished: false, problems, seconds: 0, pids: [child.pid, second.child.pid] };
  }
  // A signal may also meet the process while it ends by itself.
  const bySystem = signalled - began < STARTING || differences(contentsOf(folder), whole.contents).length === 0;
  const right =
    code === 0 ||
    (disturbed && signal in codes && (code === codes[signal] || (bySystem && killedBy === signal))) ||
    (disturbed && way === 'SIGKILL' && killedBy === 'SIGKILL');
  if (!right) complain(`exit ${killedBy ?? code} is not as documented`);
  const slow = disturbed && signal in codes && seconds > within;
  if (slow) complain(`it took ${seconds.toFixed(1)} s to stop`);
  return {
    how,
    disturbed,
    finished: code === 0,
    problems,
    seconds: disturbed && signal in codes ? seconds : 0,
    pids: [child.pid],
  };
}

export async function runScenario(workplace, { number, command, lives }, { within, keep }) {
  const folder = join(workplace.folder, 'runs', String(number));
  mkdirSync(folder, { recursive: true });
  const { begin, resume, isDone } = commands[command];
  const whole = workplace.whole.get(command);
  const pids = [];
  const story = [];
  const problems = [];
  let kills = 0;
  let slowest = 0;
  let finished = false;
  const start = () => ftu(folder, resume?.(folder) ?? begin(workplace.inputs), folder);
  const over = () => finished || isDone?.(folder) === true;
  for (const life of lives) {
    if (over()) break;
    const lived = await live(start, life, { folder, whole, within });
    story.push(lived.how);
    problems.push(...lived.problems);
    pids.push(...lived.pids);
    if (lived.disturbed) kills++;
    slowest = Math.max(slowest, lived.seconds);
    finished = lived.finished;
  }
  if (!over()) {
    const { child, ended } = start();
    pids.push(child.pid);
    const { code, signal, stderr } = await ended;
    story.push(`alone: ${signal ?? code}`);
    if (code !== 0) problems.push(`undisturbed, it ended with ${signal ?? code} (${stderr.trim().split('\n').at(-1)})`);
  }
  problems.push(...differences(contentsOf(folder), whole.contents));
  const alive = await leftRunning(folder);
  if (alive.length > 0) problems.push(`processes left: ${alive.join(', ')}`);
  const shared = leftShared(pids);
  if (shared.length > 0) problems.push(`shared memory left: ${shared.join(', ')}`);
  if (!keep || problems.length === 0) rmSync(folder, { recursive: true, force: true });
  return { kills, story, problems, slowest };
}
