/** Which changes of ftuseg's own code make which steps run again. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stepKinds } from '../steps/kinds.js';
import { changedCode, changedCodeWarnings, codeFiles, createDiskReader, reachedDigest } from './code-digest.js';
import { createCodeGraph } from './code-graph.js';

const packages = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const entryOf = (kind: string): string => fileURLToPath(new URL(`../steps/${kind}/step.ts`, import.meta.url));

/** Digest of a kind's code, where a file of ftuseg, a path from the folder of the packages, is another one. */
async function digestWith(kind: string, changed?: string): Promise<string> {
  // A file that is gone would change nothing.
  if (changed !== undefined) expect(existsSync(`${packages}/${changed}`), changed).toBe(true);
  const graph = createCodeGraph(packages, {
    async read(path) {
      const text = await readFile(path, 'latin1').catch(() => undefined);
      return path === `${packages}/${changed}` ? `${text}\n// changed` : text;
    },
    list: (folder) => readdir(folder).catch(() => []),
  });
  return reachedDigest(graph, packages, [entryOf(kind)]);
}

describe('the code of a training', () => {
  it.each([
    'train/dist/loss/terms.js',
    'train/dist/batches/worker.js',
    'nn/dist/architectures/unet/unet.js',
    'slide/native/jpeg.c',
    'torch/native/optim.cc',
    'experiment/dist/steps/train/training.js',
  ])('has changed with %s', async (file) => {
    expect(await digestWith('train', file)).not.toBe(await digestWith('train'));
  });

  it.each([
    'cli/dist/main.js',
    'experiment/dist/report/render-report.js',
    'experiment/dist/steps/train/report.js',
    'experiment/dist/steps/train/estimate.js',
    'experiment/dist/engine/plan.js',
    'infer/dist/predict/predict-slide.js',
  ])('has not changed with %s', async (file) => {
    expect(await digestWith('train', file)).toBe(await digestWith('train'));
  });
});

describe('the code of every kind of step', () => {
  it.each([...stepKinds.keys()])('of %s is found, and is no engine and no estimate', async (kind) => {
    const files = await codeFiles(new URL(`../steps/${kind}/step.ts`, import.meta.url).href);
    expect(files).toContain(`experiment/dist/steps/${kind}/step.js`);
    expect(files).toContain('core/dist/index.js');
    const others = files.filter((file) => /^cli\/|^experiment\/dist\/(engine|estimate|exchange)\//.test(file));
    expect(others).toEqual([]);
    expect(files.some((file) => file.startsWith('experiment/dist/report/'))).toBe(kind === 'report');
  });

  it('of a report is what all kinds add to it as well', () => {
    const parts = [...stepKinds.values()].flatMap(({ reportCode }) => reportCode);
    expect(parts.map((address) => /steps\/([\w-]+)\/report/.exec(address)?.[1])).toEqual([
      'train',
      'select',
      'predict',
      'pseudo-label',
      'evaluate',
      'ablate',
    ]);
  });
});

describe('code that is changed while it runs', () => {
  it('is told by its content, whatever its times say', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ftu-code-'));
    try {
      const [first, second] = [join(folder, 'a.js'), join(folder, 'b.js')];
      await writeFile(first, 'export const a = 1;');
      await writeFile(second, 'export const b = 1;');
      const reader = createDiskReader();
      expect([await reader.read(first), await reader.read(second), await reader.read(join(folder, 'c.js'))]).toEqual([
        'export const a = 1;',
        'export const b = 1;',
        undefined,
      ]);
      expect(await reader.changed()).toBeUndefined();
      // Built anew, with the same result.
      await writeFile(first, 'export const a = 1;');
      expect(await reader.changed()).toBeUndefined();
      await writeFile(second, 'export const b = 2;');
      await utimes(second, 1, 1);
      expect(await reader.changed()).toBe(second);
      await writeFile(second, 'export const b = 1;');
      expect(await reader.changed()).toBeUndefined();
      await rm(first);
      expect(await reader.changed()).toBe(first);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is not this one', async () => {
    await codeFiles(new URL('../steps/train/step.ts', import.meta.url).href);
    expect(await changedCode()).toBeUndefined();
    expect(await changedCodeWarnings()).toEqual([]);
  });
});
