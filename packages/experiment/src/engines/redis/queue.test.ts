/** Units through a real Redis, where there is one: delivered, renewed, given back, answered, lost with the queue and queued again. All else about disturbances: `make cluster-test-redis`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelledSession, markCancelled, readRun, readRuns, readWorkers, writeRun, writeWorker } from './registry.js';
import { readQueueAddress } from './server/address.js';
import { openQueueServer, type QueueServer } from './server/open-server.js';
import { openUnitQueue, type UnitQueue } from './unit-queue.js';
import { type Deliveries, openDeliveries } from './worker/deliveries.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.warn('skipped: there is no redis-server (apt-get install redis-server)');

const TOKEN = '0123';
let folder: string;
let redis: ChildProcess;
let server: QueueServer;
let queue: UnitQueue;
let deliveries: Deliveries;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  if (!hasRedis) return;
  folder = await mkdtemp(join(tmpdir(), 'ftu-queue-'));
  const port = await freePort();
  const options = ['--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', ''];
  redis = spawn('redis-server', ['--port', String(port), ...options], { stdio: 'ignore' });
  for (let tries = 0; ; tries++) {
    try {
      server = await openQueueServer(readQueueAddress(`redis://127.0.0.1:${port}`, {}), { note: () => undefined });
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await setTimeout(50);
    }
  }
  queue = await openUnitQueue(server, TOKEN);
  deliveries = await openDeliveries(server, TOKEN);
}, 30_000);

afterAll(async () => {
  if (!hasRedis) return;
  await deliveries.close();
  server.close();
  redis.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const answer = (code: number) => ({ code, host: 'lab', said: '' });

describe.skipIf(!hasRedis)('a queue on Redis', () => {
  it('delivers a unit once, until it is given back', async () => {
    await queue.add([
      { unit: 'p/slide/a:1', step: 'a1', delay: 0 },
      { unit: '12', step: 'a1', delay: 0 },
    ]);
    await queue.add([{ unit: '12', step: 'a1', delay: 0 }]);
    expect(await queue.counts()).toEqual({ waiting: 2, active: 0, delayed: 0, ended: 0 });
    const [first, second] = [await deliveries.next(), await deliveries.next()];
    expect([first?.unit, second?.unit]).toEqual(['p/slide/a:1', '12']);
    expect(await deliveries.next()).toBeUndefined();
    expect(await first?.renew()).toBe(true);
    await first?.giveBack();
    const again = await deliveries.next();
    expect(again?.unit).toBe('p/slide/a:1');
    expect(await first?.renew()).toBe(false);
    // It is another's by now: nothing is answered, and nothing is thrown.
    await first?.answer(answer(0));
    await again?.answer(answer(0));
    await second?.answer(answer(1));
    const ended = [...(await queue.takeEnded())].sort((a, b) => (a.unit < b.unit ? -1 : 1));
    expect(ended).toEqual([
      { unit: '12', step: 'a1', answer: answer(1) },
      { unit: 'p/slide/a:1', step: 'a1', answer: answer(0) },
    ]);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, ended: 0 });
  });

  it('says what was lost with too many workers, and leaves what is no unit', async () => {
    const key = `ftuseg:run-${TOKEN}:u-a1-${Buffer.from('p/poison').toString('base64url')}`;
    await queue.add([
      { unit: 'p/poison', step: 'a1', delay: 0 },
      { unit: '--clean', step: 'a1', delay: 0 },
    ]);
    await server.client.hset(key, 'defa', 'job stalled more than allowable limit');
    expect([await deliveries.next(), await deliveries.next()]).toEqual([undefined, undefined]);
    const lost = { code: null, host: 'several hosts', said: '3 workers were lost at it' };
    expect(await queue.takeEnded()).toEqual([{ unit: 'p/poison', step: 'a1', answer: lost }]);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, ended: 0 });
  });

  it('keeps units for later, and takes them again after its files are gone', async () => {
    await queue.add([{ unit: 'late', step: 'a1', delay: 60_000 }]);
    expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 1 });
    await queue.add([{ unit: 'now', step: 'a1', delay: 0 }]);
    const held = await deliveries.next();
    await server.client.flushall();
    expect(await held?.renew()).toBe(false);
    await held?.answer(answer(0));
    await held?.giveBack();
    await queue.add([{ unit: 'now', step: 'a1', delay: 0 }]);
    expect((await deliveries.next())?.unit).toBe('now');
    await queue.remove();
    expect(await server.client.keys('*')).toEqual([]);
  });

  it('lets what is written for a removed queue expire', async () => {
    const settings = `ftuseg:run-${TOKEN}:meta`;
    const late = await openDeliveries(server, TOKEN);
    await server.client.hset(settings, 'opts.maxLenEvents', 10_000);
    await late.close();
    expect(await server.client.pttl(settings)).toBeGreaterThan(0);
    await server.client.flushall();
  });

  it('knows runs and workers, and which run was cancelled', async () => {
    const run = { session: 's1', host: 'lab', run: 'runs/a', root: '/data', version: '1', code: 'aa', unitOptions: [] };
    await writeRun(server, TOKEN, run);
    await server.client.hset('ftuseg:runs', 'other', '{"format":9}');
    expect(await readRun(server, TOKEN)).toMatchObject(run);
    const runs = await readRuns(server);
    expect(runs.get(TOKEN)).toMatchObject(run);
    expect([runs.has('other'), runs.get('other')]).toEqual([true, undefined]);
    await markCancelled(server, TOKEN, 's1');
    expect([await readRun(server, TOKEN), await cancelledSession(server, TOKEN)]).toEqual([undefined, 's1']);
    const worker = { host: 'lab', slots: 2, version: '1', code: 'aa', ended: false, units: [], refuses: {} };
    await writeWorker(server, 'w1', worker);
    await writeWorker(server, 'w2', { ...worker, ended: true });
    await server.client.hset(
      'ftuseg:workers',
      'w3',
      JSON.stringify({ format: 1, ...worker, seen: server.now() - 700_000 }),
    );
    expect((await readWorkers(server)).map(({ name, isAlive }) => [name, isAlive])).toEqual([
      ['w1', true],
      ['w2', false],
    ]);
    expect((await server.client.hkeys('ftuseg:workers')).sort()).toEqual(['w1', 'w2']);
  });
});
