/** One `ftu` process, its outputs and its end; and what is left of it. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../bin/ftu.js', import.meta.url));
/** Processes and threads of a run are known by this variable, which their children have too. */
const MARK = 'FTU_KILLS_MARK';

/** @param folder where it runs; @param args of `ftu` @param mark of this process and its children */
export function ftu(folder, args, mark) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, [MARK]: mark, FTUSEG_CACHE: join(cacheOf(folder), 'cache'), OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined);
  child.stdout.resume();
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  const ended = new Promise((resolve) =>
    child.on('exit', (code, signal) => setImmediate(() => resolve({ code, signal, stderr }))),
  );
  return { child, ended };
}

/** Speeds of this machine are kept in one place beside all runs. */
function cacheOf(folder) {
  let at = folder;
  while (!/ftu-kills-[^/\\]+$/.test(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Numbers of processes with a mark that still run; none where the system has no /proc. */
function running(mark) {
  let names;
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${mark}`);
    } catch {
      return false;
    }
  });
}

/** Waits for children to notice that their parent has gone. @returns those that do not */
export async function leftRunning(mark) {
  for (let i = 0; i < 100 && running(mark).length > 0; i++) await setTimeout(100);
  return running(mark);
}

/** Names in shared memory that carry the number of one of these processes. */
export function leftShared(pids) {
  try {
    return readdirSync('/dev/shm').filter((name) => pids.some((pid) => name.split(/\D+/).includes(String(pid))));
  } catch {
    return [];
  }
}
