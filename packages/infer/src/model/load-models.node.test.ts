import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { realModel } from '../../tests/real-model.js';
import type { Session } from '../session/session.js';
import { closeModels, loadModels } from './load-models.node.js';

const { opened } = vi.hoisted(() => {
  const opened: { closed: boolean }[] = [];
  return { opened };
});

vi.mock('../session/session.node.js', () => ({
  createNodeSession: async (): Promise<Session> => {
    const one = { closed: false };
    opened.push(one);
    return {
      run: async () => new Float32Array(0),
      close: async () => {
        one.closed = true;
      },
    };
  },
}));

let folder: string;
const file = (name: string, weight = 1) => ({ path: join(folder, name), weight });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-models-'));
  const bytes = realModel();
  await writeFile(join(folder, 'a.onnx'), bytes);
  await writeFile(join(folder, 'b.onnx'), bytes);
  await writeFile(join(folder, 'broken.onnx'), 'no model');
});
beforeEach(() => {
  opened.length = 0;
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadModels', () => {
  it('keeps order and weights, and closes what it loaded when told', async () => {
    const models = await loadModels([file('a.onnx', 2), file('b.onnx')]);
    expect(models.map(({ model, weight }) => [model.source.name, weight])).toEqual([
      [join(folder, 'a.onnx'), 2],
      [join(folder, 'b.onnx'), 1],
    ]);
    expect(opened).toEqual([{ closed: false }, { closed: false }]);
    await closeModels(models);
    expect(opened).toEqual([{ closed: true }, { closed: true }]);
  });

  it.each(['broken.onnx', 'gone.onnx'])('closes the models before %s', async (bad) => {
    await expect(loadModels([file('a.onnx'), file('b.onnx'), file(bad)])).rejects.toThrow(bad);
    expect(opened).toEqual([{ closed: true }, { closed: true }]);
  });

  it('closes every model, also after one that cannot be closed', async () => {
    const models = await loadModels([file('a.onnx'), file('b.onnx')]);
    const [first, ...others] = models;
    if (first === undefined) throw new RangeError('two models were loaded');
    const stuck = { ...first.model, close: () => Promise.reject(new Error('stuck')) };
    await expect(closeModels([{ model: stuck, weight: 1 }, ...others])).rejects.toThrow('stuck');
    expect(opened[1]).toEqual({ closed: true });
  });
});
