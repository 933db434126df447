/** Two programs that take turns: each is a child that answers a line of text with a line of JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Bytes that a program and its children take, shared pages by their share. */
function proportionalSet(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]));
    } catch {}
  }
  const family = [...parents.keys()].filter((id) => {
    for (let at = id; at > 1; at = parents.get(at) ?? 0) if (at === pid) return true;
    return false;
  });
  return family.reduce((sum, id) => {
    try {
      return sum + 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}

/** Starts a program; what it says first is to be `read`, then every `ask` has an answer. `end` resolves when it is gone. */
export function startProgram(command, args, threads, env = process.env) {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, OMP_NUM_THREADS: String(threads) },
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended early`);
    return JSON.parse(value);
  };
  const ask = (text) => {
    child.stdin.write(`${text}\n`);
    return read();
  };
  return {
    read,
    ask,
    /** The most memory, MiB, while it answers; looking slows it down, so that it is not to be timed then. */
    async peakDuring(text) {
      let peak = 0;
      const watch = setInterval(() => {
        peak = Math.max(peak, proportionalSet(child.pid));
      }, 50);
      await ask(text);
      clearInterval(watch);
      return peak / 2 ** 20;
    },
    end: () => {
      child.stdin.end();
      return closed;
    },
  };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
