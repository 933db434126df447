/** Processes that meet, add up and lose each other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Ranks, ranksAvailable } from '../src/index.js';

const program = fileURLToPath(new URL('fixtures/rank.mjs', import.meta.url));
let port = 20_500 + (process.pid % 9_000);

interface Started {
  readonly child: ChildProcess;
  readonly said: Promise<string>;
}

function start(rank: number, timeout: number, fate?: NodeJS.Signals): Started {
  const args = [rank, 2, port, timeout, ...(fate === undefined ? [] : [fate])].map(String);
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part) => {
      text += String(part);
    });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
  return { child, said };
}

function startBoth(timeout: number, fate?: NodeJS.Signals): readonly [Started, Started] {
  port += 1;
  return [start(0, timeout, fate), start(1, timeout, fate)];
}

describe.skipIf(!ranksAvailable())(
  'Ranks (needs libtorch with Gloo: apt-get install libgloo-dev, make libtorch)',
  () => {
    it('add up numbers and gradients, and take what rank 0 has', async () => {
      const both = startBoth(60);
      for (const { said } of both) {
        expect(JSON.parse(await said)).toMatchObject({
          names: ['rank 0, ö', 'rank 1, ö'],
          sum: [3, 0.2],
          bytes: [7, 1],
          // 0 + 1 + 4 on rank 0, 1 + 1 + 4 on rank 1.
          total: 11,
          gradient: [2, 4, 8],
          kernel: [0.5, 1.5, 2.5],
          weights: [5, 1],
        });
      }
    });

    it('say that another one is killed', async () => {
      const [first] = startBoth(60, 'SIGKILL');
      expect(JSON.parse(await first.said)).toMatchObject({ lost: 'ranks' });
    });

    it('wait no longer than the timeout for one that does not answer', async () => {
      const [first, second] = startBoth(4, 'SIGSTOP');
      const { lost, waited } = JSON.parse(await first.said);
      second.child.kill('SIGKILL');
      await second.said;
      expect([lost, waited >= 3.9]).toEqual(['ranks', true]);
    });

    it('refuses a rank that there is not', () => {
      const settings = { host: '127.0.0.1', port, hostsStore: true, prefix: 'x', timeoutSeconds: 1 };
      expect(() => Ranks.open({ ...settings, rank: 2, size: 2 })).toThrow(/there is no rank 2 of 2/);
    });
  },
);
