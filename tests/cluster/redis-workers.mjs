/** Workers on hosts of their own, each a network namespace with a name; the second may have the root mounted under another name. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PASSWORD } from './redis-server.mjs';

export const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
export const withPassword = { ...process.env, FTUSEG_QUEUE_PASSWORD: PASSWORD };

export const ftu = (...args) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: withPassword });

/** Starts `ftu` beside this process. @returns the process, with what it said once it has ended */
export function startFtu(args, { prefix = [], env = withPassword, log, program = main } = {}) {
  const [command, ...more] = [...prefix, process.execPath, program, ...args];
  const file = openSync(log, 'a');
  const child = spawn(command, more, { env, stdio: ['ignore', file, file], detached: true });
  closeSync(file);
  child.ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  return child;
}

/** Processes by their parents, with their command lines. */
function processes() {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ');
      return [{ id: Number(name), parent, line }];
    } catch {
      return [];
    }
  });
}

/** Processes of units below a worker. */
export const unitsBelow = (worker) =>
  processes().filter(({ parent, line }) => parent === worker.pid && / unit /.test(line));

export const unitsOf = (out) => processes().filter(({ line }) => line.includes(` unit ${out} `));

export const environmentOf = (id) => readFileSync(`/proc/${id}/environ`, 'utf8');

/** @param folder the root; logs of the workers go there. @returns two workers, each on its host; in `plain` the second has the root elsewhere */
export function startWorkers(server, folder, name, hosts = server.hosts) {
  return hosts.map((host) => {
    const inHost = ['nsenter', `--net=/run/netns/${host}`, 'unshare', '--uts', '--mount', 'sh', '-c'];
    const isElsewhere = name === 'plain' && host === server.hosts[1];
    const root = isElsewhere ? join(folder, '..', 'mounted') : folder;
    if (isElsewhere) mkdirSync(root, { recursive: true });
    const mount = isElsewhere ? `mount --bind '${folder}' '${root}' &&` : '';
    const prefix = [...inHost, `hostname "$0" && ${mount} exec "$@"`, host];
    const log = join(folder, `${name}-${host}.log`);
    const place = isElsewhere ? ['--root', root] : [];
    // Each has room for what the other is at.
    const slots = name === 'twice' ? ['--slots', '2'] : [];
    return startFtu(['worker', '--queue', server.address(host), ...place, ...slots], { prefix, log });
  });
}

export async function endWorkers(workers) {
  for (const { pid } of workers) {
    // One that was stopped hears nothing else.
    for (const signal of ['SIGCONT', 'SIGTERM']) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended.
      }
    }
  }
  return Promise.all(workers.map(({ ended }) => ended));
}
