/** Mapped files: their bytes, in this thread and in others, through replacement, and until nobody holds them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileMaps, mapFile, sharedFileMap } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const addon =
  process.env.FTUSEG_TORCH_ADDON ?? fileURLToPath(new URL('../build/Release/ftuseg_torch.node', import.meta.url));

/** What a bare thread finds in the map: the sum of its bytes. */
const sumInThread = `
  const { workerData, parentPort } = require('node:worker_threads');
  const bytes = new Uint8Array(require(${JSON.stringify(addon)}).sharedFileMap(workerData));
  parentPort.postMessage([bytes.length, bytes.reduce((sum, value) => sum + value, 0)]);
`;

describeTorch('mapFile', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftuseg-map-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, length: number): [string, Uint8Array] => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 251);
    writeFileSync(join(folder, name), bytes);
    return [join(folder, name), bytes];
  };
  const collected = async (until: () => boolean): Promise<boolean> => {
    setFlagsFromString('--expose-gc');
    for (let k = 0; k < 50 && !until(); k++) {
      runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return until();
  };

  it.each([1, 4095, 4096, 100_001])('shows the %i bytes of a file', (length) => {
    const [path, bytes] = write(`f${length}`, length);
    expect(new Uint8Array(mapFile(path).bytes)).toEqual(bytes);
  });

  it('keeps what it mapped when another file takes the name', () => {
    const [path, bytes] = write('replaced', 5000);
    const map = new Uint8Array(mapFile(path).bytes);
    const [other] = write('other', 10);
    renameSync(other, path);
    expect(map).toEqual(bytes);
    expect(mapFile(path).bytes.byteLength).toBe(10);
    rmSync(path);
    expect(map).toEqual(bytes);
  });

  it('shows other threads the same map, which lasts until the last of them lets go', async () => {
    await collected(() => fileMaps() === 0);
    const before = fileMaps();
    const [path, bytes] = write('threads', 70_000);
    const sum = bytes.reduce((total, value) => total + value, 0);
    const use = async (): Promise<number> => {
      const map = mapFile(path);
      const twice = new Uint8Array(sharedFileMap(map.id));
      expect(twice).toEqual(bytes);
      const answers = Array.from({ length: 3 }, () => {
        const worker = new Worker(sumInThread, { eval: true, workerData: map.id });
        return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      });
      expect(await Promise.all(answers)).toEqual(Array(3).fill([70_000, sum]));
      expect(fileMaps()).toBe(before + 1);
      return map.id;
    };
    const id = await use();
    expect(await collected(() => fileMaps() === before)).toBe(true);
    expect(caught(() => sharedFileMap(id)).code).toBe('disposed');
  });

  it('refuses what cannot be mapped', () => {
    const [empty] = write('empty', 0);
    expect(caught(() => mapFile(empty)).code).toBe('argument');
    expect(caught(() => mapFile(folder)).code).toBe('argument');
    expect(caught(() => sharedFileMap(0)).code).toBe('disposed');
    expect(() => mapFile(join(folder, 'nowhere'))).toThrow(/ENOENT/);
  });

  it("leaves libtorch's threads alone", () => {
    const index = fileURLToPath(new URL('../dist/index.js', import.meta.url));
    const [path] = write('alone', 10);
    const code = `
      const bridge = (await import('node:module')).createRequire('/')(${JSON.stringify(addon)});
      const torch = await import(${JSON.stringify(index)});
      bridge.setThreads(1);
      torch.mapFile(${JSON.stringify(path)});
      const mapped = bridge.getThreads();
      torch.torchInfo();
      console.log(mapped, bridge.getThreads());`;
    const { OMP_NUM_THREADS: _, ...env } = process.env;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env });
    expect([run.stdout.trim(), run.status]).toEqual([`1 ${availableParallelism()}`, 0]);
  });
});
