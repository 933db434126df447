/** Seeds and threads, several Node threads at once, teardown with tensors alive, and life without libtorch. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  dispatch,
  getThreads,
  keep,
  liveTensors,
  manualSeed,
  scope,
  setThreads,
  tensor,
  torchInfo,
} from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const addon =
  process.env.FTUSEG_TORCH_ADDON ?? fileURLToPath(new URL('../build/Release/ftuseg_torch.node', import.meta.url));

/** Plain JavaScript for a bare thread or process: works on the addon itself and leaves its tensors alive. */
const work = `
  const bridge = require(${JSON.stringify(addon)});
  const relu = bridge.resolve('relu');
  let sum = 0;
  const alive = [];
  for (let k = 0; k < 200; k++) {
    const x = bridge.fromData(new Float32Array(1000).fill(k), [1000]);
    alive.push(bridge.call(relu, 1, x));
    sum += bridge.item(bridge.call(bridge.resolve('sum'), 1, alive[k]));
  }
`;

describeTorch('runtime', () => {
  it('repeats random numbers for a seed', () => {
    scope(() => {
      const draw = (seed: number) => {
        manualSeed(seed);
        return dispatch('rand', [8]).toArray();
      };
      expect(draw(7)).toEqual(draw(7));
      expect(draw(7)).not.toEqual(draw(8));
    });
    for (const seed of [-1, 0.5, 2 ** 60]) expect(caught(() => manualSeed(seed)).code).toBe('argument');
  });

  it('sets threads', () => {
    const before = getThreads();
    for (const count of [1, 2]) {
      setThreads(count);
      expect(getThreads()).toBe(count);
      // Undefined where libtorch multiplies matrices with another library than OpenBLAS.
      expect([count, undefined]).toContain(torchInfo().blasThreads);
    }
    setThreads(before);
    for (const count of [0, -2, 1.5, Number.NaN]) expect(caught(() => setThreads(count)).code).toBe('argument');
    expect(torchInfo().version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('works in several threads, which may end at any moment', async () => {
    const code = `${work} require('node:worker_threads').parentPort.postMessage([sum, bridge.liveTensors()]);`;
    const results = Array.from({ length: 4 }, () => {
      const worker = new Worker(code, { eval: true });
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    });
    expect(await Promise.all(results)).toEqual(Array.from({ length: 4 }, () => [19_900_000, 600]));
    const endless = new Worker(
      `${work} require('node:worker_threads').parentPort.postMessage(0); while (true) { bridge.call(relu, 1, alive[0]); }`,
      { eval: true },
    );
    await new Promise((resolve) => endless.once('message', resolve));
    expect(await endless.terminate()).toBe(1);
  });

  it('ends a process quietly while tensors and graphs are alive', () => {
    const graph = `
      bridge.requiresGrad(alive[0], true);
      const loss = bridge.call(bridge.resolve('sum'), 1, alive[0]);
      bridge.backward(loss, undefined, false, false);
      new (require('node:worker_threads').Worker)('require(${JSON.stringify(addon)})', { eval: true }).on('exit', () => process.exit(0));`;
    const run = spawnSync(process.execPath, ['-e', work + graph], { encoding: 'utf8' });
    expect([run.status, run.signal, run.stderr]).toEqual([0, null, '']);
  });

  it('frees what the garbage collector finds, unless it is freed already', async () => {
    setFlagsFromString('--expose-gc');
    const collect = async () => {
      runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const before = liveTensors();
    const forget = () => {
      for (let k = 0; k < 100; k++) tensor(new Float32Array(10), [10]);
      scope(() => keep(tensor(new Float32Array(10), [10]))).detach();
      tensor(new Float32Array(10), [10]).dispose();
    };
    forget();
    const held = tensor(Float32Array.of(5), [1]);
    for (let k = 0; k < 20 && liveTensors() > before + 1; k++) await collect();
    expect(liveTensors()).toBe(before + 1);
    expect(held.item()).toBe(5);
    held.dispose();
  });

  it('does not follow a handle that is none', () => {
    const code = `const bridge = require(${JSON.stringify(addon)});
      for (const value of [undefined, null, 0, 1, -1, 4e9, 0.5, {}, () => 1]) {
        try { bridge.shape(value); process.exit(1); } catch (error) { if (error.code !== 'disposed') process.exit(2); }
        bridge.release(1);
      }`;
    expect(spawnSync(process.execPath, ['-e', code]).status).toBe(0);
  });
});

describe('without libtorch', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  it('imports, says so, and fails only when called', async () => {
    vi.stubEnv('FTUSEG_TORCH_ADDON', '/nowhere/ftuseg_torch.node');
    vi.resetModules();
    const torch = await import('../src/index.js');
    expect(torch.torchAvailable()).toBe(false);
    const calls = [
      () => torch.tensor(new Float32Array(1), [1]),
      () => torch.dispatch('zeros', [1]),
      () => torch.torchInfo(),
      () => torch.noGrad(() => 1),
      () => torch.autocast('bfloat16', () => 1),
      () => torch.manualSeed(1),
      () => torch.liveTensors(),
      () => new torch.Adam([]),
    ];
    for (const call of calls) {
      expect(call).toThrow(torch.TorchError);
      expect(call).toThrow(/is not built; run `make libtorch`, then `make build`/);
    }
    expect(torch.scope(() => 1)).toBe(1);
  });

  it('gives the reason when the addon is there but does not load', async () => {
    vi.stubEnv('FTUSEG_TORCH_ADDON', fileURLToPath(import.meta.url));
    vi.resetModules();
    const torch = await import('../src/index.js');
    expect(torch.torchAvailable()).toBe(false);
    expect(() => torch.torchInfo()).toThrow(/cannot be loaded/);
  });
});
