/** `ftu run --on redis://...` with a real Redis, where there is one, and a recipe that is edited under it. All else: `make cluster-test-redis`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from '../../packages/cli/tests/run.js';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.warn('skipped: there is no redis-server (apt-get install redis-server)');

let folder: string;
let address: string;
const started: ChildProcess[] = [];
const at = (...names: string[]): string => join(folder, ...names);

const recipe = (tile: number): string => `name: redis
slides:
  all: { table: slides }
steps:
  data: { do: prepare, slides: all, micronsPerPixel: 8, tile: ${tile} }
`;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const found = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof found === 'object' && found !== null ? found.port : 0;
}

interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function start(...args: readonly string[]): Program {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  let text = '';
  child.stderr.on('data', (part) => {
    text += String(part);
  });
  return { child, said: () => text, ended: new Promise((resolve) => child.on('close', resolve)) };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 600) throw new Error('it did not come');
    await setTimeout(50);
  }
}

beforeAll(async () => {
  if (!hasRedis) return;
  folder = await mkdtemp(join(tmpdir(), 'ftu-redis-'));
  const port = await freePort();
  address = `redis://127.0.0.1:${port}`;
  const options = ['--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  started.push(spawn('redis-server', ['--port', String(port), ...options], { stdio: 'ignore' }));
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  expect(await ftu('synth', '--count', '1', ...size, '--seed', '2', '--out', at('slides'))).toMatchObject({ code: 0 });
}, 240_000);

afterAll(async () => {
  if (!hasRedis) return;
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(!hasRedis)('ftu run --on redis://', () => {
  const run = (): Program => start('run', at('recipe.yaml'), '--out', at('run'), '--threads', '1', '--on', address);

  it('ends where the recipe was edited under it, and the same command does the new one', async () => {
    await writeFile(at('recipe.yaml'), recipe(64));
    const first = run();
    await until(() => first.said().includes('no worker is at the queue'));
    await writeFile(at('recipe.yaml'), recipe(32));
    const worker = start('worker', '--queue', address);
    expect(await first.ended).toBe(1);
    expect(first.said()).toContain('was changed since the unit data/gather was handed out');
    const second = run();
    expect(await second.ended).toBe(0);
    worker.child.kill('SIGTERM');
    await worker.ended;
    expect(await ftu('run', at('recipe.yaml'), '--out', at('run'), '--threads', '1')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('data (prepare): kept'),
    });
  }, 240_000);
});
