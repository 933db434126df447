/** What a run and a worker refuse, with a real Redis: each in one sentence, soon, and with exit code 1. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './redis-server.mjs';
import { main, startFtu, withPassword } from './redis-workers.mjs';

const MOST_SECONDS = 20;

export async function refusedInputs(server, folder, check) {
  const refuses = (what, args, pattern, env = {}) => {
    const began = performance.now();
    const options = { encoding: 'utf8', env: { ...withPassword, ...env }, timeout: 60_000 };
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], options);
    const seconds = (performance.now() - began) / 1000;
    const sentences = stderr
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('ftu: '));
    const holds = status === 1 && sentences.length === 1 && pattern.test(stderr) && seconds < MOST_SECONDS;
    check(`refused: ${what}`, holds, `${status}, ${seconds.toFixed(1)} s, ${stderr.trim().split('\n').at(-1)}`);
  };
  const worker = ['worker', '--queue', server.own];
  refuses('no Redis', ['worker', '--queue', 'redis://127.0.0.1:23799'], /there is no Redis/);
  refuses('no password', worker, /needs a password/, { FTUSEG_QUEUE_PASSWORD: '' });
  refuses('a wrong password', worker, /refuses the password/, { FTUSEG_QUEUE_PASSWORD: 'wrong' });
  server.ask('config', 'set', 'maxmemory-policy', 'allkeys-lru');
  refuses('a queue that evicts', worker, /throws entries away/);
  server.ask('config', 'set', 'maxmemory-policy', 'noeviction');
  const shifted = 'data:text/javascript,const now=Date.now;Date.now=()=>now()+600000';
  refuses('a clock that is off', worker, /clock of this host is 600 s ahead/, {
    NODE_OPTIONS: `--import=${encodeURI(shifted)}`,
  });
  const recipe = join(folder, 'recipe.yaml');
  refuses(
    'files outside the root',
    ['run', recipe, '--root', join(folder, 'slides'), '--out', join(folder, 'outside'), '--on', server.own],
    /lies outside the root/,
  );

  const out = join(folder, 'refused');
  const log = join(folder, 'refused-run.log');
  const run = startFtu(['run', recipe, '--out', out, '--threads', '1', '--on', server.own], { log });
  try {
    await until('refused: the run is queued', () => server.ask('hlen', 'ftuseg:runs') === '1');
    mkdirSync(join(folder, 'empty'), { recursive: true });
    refuses(
      'a root that is not mounted',
      [...worker, '--root', join(folder, 'empty')],
      /is not there below the root .*empty/,
    );
    const [token, text] = server.ask('hgetall', 'ftuseg:runs').split('\n');
    process.kill(run.pid, 'SIGSTOP');
    server.ask('hset', 'ftuseg:runs', token, JSON.stringify({ ...JSON.parse(text), code: '0123456789ab' }));
    refuses('a worker of another version', worker, /is of ftuseg .* with code 0123456789ab, and this worker/);
    process.kill(run.pid, 'SIGCONT');
    await sleep(3000);
    const cancel = spawnSync(process.execPath, [main, 'cancel', out, '--queue', server.own], {
      encoding: 'utf8',
      env: withPassword,
    });
    check('refused: the run can be cancelled', cancel.status === 0, cancel.stdout.trim());
    const { code } = await run.ended;
    check('refused: whoever queues its units ends', code === 130, String(code));
    const left = server
      .ask('keys', 'ftuseg:run*')
      .split('\n')
      .filter((key) => key !== '' && Number(server.ask('pttl', key)) < 0);
    check('refused: nothing is left in Redis that does not expire', left.length === 0, left.join());
  } finally {
    if (run.exitCode === null) run.kill('SIGKILL');
  }
}
