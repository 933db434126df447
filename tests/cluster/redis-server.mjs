/**
 * A Redis of its own for a test, with a password, a log of changes, and two hosts made of network namespaces that reach it over links which can be cut. Needs Debian's redis-server, and root
 * for the namespaces.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const PASSWORD = 'hush-hush-4711';
/** Two of these tests may run beside each other. */
const KEY = process.pid % 250;
const PORT = 23_800 + KEY;
const HOSTS = [`ftur${KEY}a`, `ftur${KEY}b`];
const linkOf = (i) => `ftul${KEY}-${i}`;
/** Of the server's end and of the host's end of each link. */
const ends = (i) => [`10.92.${KEY}.${4 * i + 1}`, `10.92.${KEY}.${4 * i + 2}`];

const ip = (...args) => spawnSync('ip', args, { encoding: 'utf8' });

/** @returns what is missing for these tests, or undefined */
export function missingForRedis() {
  if (process.getuid?.() !== 0) return 'they need root, for network namespaces';
  if (spawnSync('redis-server', ['--version']).status !== 0) return 'there is no redis-server';
  return undefined;
}

function removeHosts() {
  for (const [i, host] of HOSTS.entries()) {
    ip('link', 'delete', linkOf(i));
    ip('netns', 'delete', host);
  }
}

function makeHosts() {
  for (const [i, host] of HOSTS.entries()) {
    const [own, far] = ends(i);
    const steps = [
      ['netns', 'add', host],
      ['link', 'add', linkOf(i), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host],
      ['address', 'add', `${own}/30`, 'dev', linkOf(i)],
      ['link', 'set', linkOf(i), 'up'],
      ['-n', host, 'address', 'add', `${far}/30`, 'dev', 'eth0'],
      ['-n', host, 'link', 'set', 'eth0', 'up'],
      ['-n', host, 'link', 'set', 'lo', 'up'],
    ];
    const failed = steps.map((step) => ip(...step)).find(({ status }) => status !== 0);
    if (failed !== undefined) throw new Error(`no network namespaces: ${failed.stderr}`);
  }
}

const answers = () =>
  new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1');
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

export async function until(what, holds, seconds = 60) {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} took more than ${seconds} s`);
    await sleep(200);
  }
}

/** @param folder for the server's files; @returns how to kill it, to wipe it, to reach it, to cut the links, and to end all */
export async function startRedis(folder) {
  const log = openSync(join(folder, 'redis.log'), 'a');
  const files = join(folder, 'files');
  let server;
  const start = async () => {
    mkdirSync(files, { recursive: true });
    const address = ['--port', PORT, '--bind', '127.0.0.1', ...HOSTS.map((_, i) => ends(i)[0]), '--dir', files];
    const options = ['--appendonly', 'yes', '--save', '', '--requirepass', PASSWORD];
    server = spawn('redis-server', [...address, ...options].map(String), { stdio: ['ignore', log, log] });
    await until('the start of Redis', answers);
  };
  const kill = () => {
    server.kill('SIGKILL');
    return new Promise((resolve) => {
      server.once('exit', resolve);
    });
  };
  removeHosts();
  try {
    makeHosts();
    await start();
  } catch (error) {
    server?.kill('SIGKILL');
    removeHosts();
    throw error;
  }
  const restart = async (wiped, pause = 4000) => {
    await kill();
    if (wiped) rmSync(files, { recursive: true, force: true });
    await sleep(pause);
    await start();
  };
  return {
    hosts: HOSTS,
    own: `redis://127.0.0.1:${PORT}`,
    address: (host) => `redis://${ends(HOSTS.indexOf(host))[0]}:${PORT}`,
    restart,
    ask: (...words) =>
      spawnSync('redis-cli', ['-p', String(PORT), '--no-auth-warning', ...words], {
        encoding: 'utf8',
        env: { ...process.env, REDISCLI_AUTH: PASSWORD },
      }).stdout.trim(),
    link: (host, state) => ip('-n', host, 'link', 'set', 'eth0', state),
    end: async () => {
      await kill();
      removeHosts();
    },
  };
}
