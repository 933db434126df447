/**
 * Two hosts on one machine: network namespaces with a link between them. Shows that ranks find the interface that leads to the other host, and that a link
 * that is cut ends them. Needs root.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rankOnce, settings, startProcess } from './rank-processes.mjs';

const TIMEOUT = 15;
const ip = (...args) => spawnSync('ip', args, { encoding: 'utf8' });

/** @returns what removes them; undefined where they may not be made */
function makeHosts([a, b]) {
  const steps = [
    ['netns', 'add', a],
    ['netns', 'add', b],
    ['link', 'add', `${a}-eth`, 'netns', a, 'type', 'veth', 'peer', 'name', `${b}-eth`, 'netns', b],
    ...[a, b].flatMap((name, i) => [
      ['-n', name, 'address', 'add', `10.91.7.${i + 1}/24`, 'dev', `${name}-eth`],
      ['-n', name, 'link', 'set', `${name}-eth`, 'up'],
      ['-n', name, 'link', 'set', 'lo', 'up'],
    ]),
  ];
  const remove = () => {
    for (const name of [a, b]) ip('netns', 'delete', name);
  };
  const failed = steps.map((step) => ip(...step)).find(({ status }) => status !== 0);
  if (failed === undefined) return remove;
  remove();
  console.log(`skip namespaces: ${(failed.stderr ?? 'there is no `ip`').trim()}`);
  return undefined;
}

export async function inNamespaces(folder, data, check) {
  const hosts = [`ftua${process.pid}`, `ftub${process.pid}`];
  const remove = makeHosts(hosts);
  if (remove === undefined) return;
  try {
    const start = (config, port, onLine) =>
      hosts.map((host, rank) => {
        const env = { RANK: rank, WORLD_SIZE: 2, LOCAL_RANK: 0, MASTER_ADDR: '10.91.7.1', MASTER_PORT: port };
        const command = [
          process.execPath,
          rankOnce,
          JSON.stringify(config),
          JSON.stringify({ timeoutSeconds: TIMEOUT }),
        ];
        // Each host has a name of its own.
        const named = ['unshare', '--uts', 'sh', '-c', 'hostname "$0"; exec "$@"', host, ...command];
        return startProcess(['nsenter', `--net=/run/netns/${host}`, ...named], env, rank === 0 ? onLine : undefined);
      });
    const both = await Promise.all(
      start(settings(data, join(folder, 'run')), 23_901, () => undefined).map(({ ended }) => ended),
    );
    check(
      'ranks on two hosts train',
      both.every(({ code }) => code === 0),
      both.map(({ stderr }) => stderr.trim()).join(),
    );
    let cut;
    const long = settings(data, join(folder, 'cut'), { epochs: 50 });
    const started = start(long, 23_902, (line) => {
      if (cut !== undefined || !line.startsWith('step 3 ')) return;
      cut = performance.now();
      ip('-n', hosts[1], 'link', 'set', `${hosts[1]}-eth`, 'down');
    });
    const ended = await Promise.all(started.map((one) => one.ended));
    const seconds = Math.max(...ended.map(({ at }) => at - cut)) / 1000;
    const said = ended.every(({ code, stderr }) => code === 1 && /another rank/.test(stderr));
    check(
      'the link is cut',
      said && seconds < TIMEOUT + 30,
      `${seconds.toFixed(1)} s, ${ended.map(({ stderr }) => stderr.trim()).join()}`,
    );
  } finally {
    remove();
  }
}
