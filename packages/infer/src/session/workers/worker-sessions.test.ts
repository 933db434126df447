/** Sessions in workers, with the real runtime: the workers are the ends of channels here, and what passes between them is cloned and moved as in a page. */
import { createRandom, FtuError } from '@ftuseg/core';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { testCard } from '../../../tests/fakes.js';
import { foreignModel } from '../../../tests/foreign-model.js';
import { realModel } from '../../../tests/real-model.js';
import { compareProviders, largestDifference } from '../../model/choose-provider.js';
import { openModelInWorkers } from '../../model/model-in-workers.js';
import { createNodeSession } from '../session.node.js';
import type { WebProvider } from '../session.web.js';
import type { PageWorker, WorkerProblem } from './page-worker.js';
import { serveInference } from './serve-inference.js';

ort.env.wasm.numThreads = 1;

interface TestWorker extends PageWorker {
  readonly ended: () => boolean;
  /** What a browser says of a worker that died. */
  die(): void;
}

/** A worker of this thread. */
function testWorker(): TestWorker {
  const { port1, port2 } = new MessageChannel();
  const dying: ((problem: WorkerProblem) => void)[] = [];
  let ended = false;
  const scope = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    postMessage: (message: unknown, transfer: ArrayBuffer[]) => port2.postMessage(message, transfer),
  };
  port2.addEventListener('message', (event) => {
    if (event instanceof MessageEvent) scope.onmessage?.(event);
  });
  port2.start();
  serveInference(scope, async (_provider, { threads, runtime }) => {
    expect(threads).toBe(1);
    expect(runtime.byteLength).toBe(3);
    return ort;
  });
  return {
    postMessage: (message, transfer) => port1.postMessage(message, transfer),
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type === 'error') dying.push(listener as (problem: WorkerProblem) => void);
      else if (type === 'message') {
        port1.addEventListener('message', listener as (event: unknown) => void);
        port1.start();
      }
    },
    terminate: () => {
      ended = true;
      port1.close();
      port2.close();
    },
    ended: () => ended,
    die: () => {
      for (const one of dying) one({ message: 'out of memory', preventDefault: () => undefined });
    },
  };
}

const file = realModel();
const open = async (workers: number, bytes = file) => {
  const made: TestWorker[] = [];
  const makeWorker = (): TestWorker => {
    const worker = testWorker();
    made.push(worker);
    return worker;
  };
  const runtime = new ArrayBuffer(3);
  const opening = openModelInWorkers(bytes, {
    makeWorker,
    workers,
    threads: 4,
    provider: 'wasm',
    name: 'm.onnx',
    runtime,
  });
  return { opening, made };
};
const random = createRandom(5);
const batch = Float32Array.from({ length: 3 * 64 * 64 }, () => random.normal());

describe('openModelInWorkers', () => {
  it('answers as one session does, from memory that moves, and ends its workers', async () => {
    const { opening, made } = await open(2);
    const model = await opening;
    const node = await createNodeSession(file, { threads: 1 });
    const expected = await node.run(batch, [1, 3, 64, 64]);
    const lent = Array.from({ length: 4 }, () => {
      const memory = model.session.acquire?.(batch.length) ?? new Float32Array(batch.length);
      memory.set(batch);
      return memory;
    });
    const answers = await Promise.all(lent.map((memory) => model.session.run(memory, [1, 3, 64, 64])));
    for (const answer of answers) expect(largestDifference(answer, expected)).toBeLessThan(1e-3);
    expect(lent.map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect(model.session).toMatchObject({ parallel: 2, bestBatch: 1 });
    await model.close();
    await model.close();
    expect(made.map(({ ended }) => ended())).toEqual([true, true]);
    await expect(model.session.run(batch, [1, 3, 64, 64])).rejects.toThrow('already closed');
    await node.close();
  });

  it('computes what waits together, with the bits of one by one, and tells each by itself what failed', async () => {
    const model = await (await open(1)).opening;
    expect(model.session.togetherPixels).toBeGreaterThan(2 * 64 * 64);
    const images = Array.from({ length: 21 }, (_, i) => batch.map((value) => value + i / 10));
    const shape = [1, 3, 64, 64] as const;
    const alone: Float32Array[] = [];
    for (const image of images) alone.push(await model.session.run(image, shape));
    const asked = images.map((image, i) => model.session.run(i === 9 ? image.subarray(1) : image, shape));
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    for (const [i, answer] of answers.entries()) {
      if (i === 9) expect(answer).toMatchObject({ reason: { code: 'bad-input' } });
      else expect(answer).toEqual({ status: 'fulfilled', value: alone[i] });
    }
    await model.close();
  });

  it('uses the memory of logits again that were given back', async () => {
    const model = await (await open(1)).opening;
    const other = batch.map((value) => -value);
    const shape = [1, 3, 64, 64] as const;
    const [first, expected] = [await model.session.run(batch, shape), await model.session.run(other, shape)];
    model.session.release?.(first);
    expect(await model.session.run(other, shape)).toEqual(expected);
    expect(first.length).toBe(0);
    await model.close();
  });

  it('hands errors back as what they were, and goes on', async () => {
    const model = await (await open(1)).opening;
    await expect(model.session.run(new Float32Array(3 * 40 * 40), [1, 3, 40, 40])).rejects.toMatchObject({
      code: 'bad-input',
      problem: expect.stringContaining('failed on a batch of 1 x 3 x 40 x 40'),
      subject: 'm.onnx',
    });
    expect((await model.session.run(batch, [1, 3, 64, 64])).length).toBe(4096);
    await model.close();
  });

  it('says in a sentence that a worker died', async () => {
    const { opening, made } = await open(1);
    const model = await opening;
    const running = model.session.run(batch, [1, 3, 64, 64]);
    made[0]?.die();
    await expect(running).rejects.toThrow('the thread that runs the network ended');
    await expect(model.session.run(batch, [1, 3, 64, 64])).rejects.toBeInstanceOf(FtuError);
    expect(made[0]?.ended()).toBe(true);
  });

  it('names an operator that the runtime lacks before any work, and leaves no worker', async () => {
    const nodes = [{ operator: 'Wobble', inputs: ['x'], outputs: ['y'] }];
    const { opening, made } = await open(2, foreignModel({ nodes }));
    await expect(opening).rejects.toThrow(/m\.onnx: the model uses the operator Wobble/);
    expect(made.map(({ ended }) => ended())).toEqual([true, true]);
  });

  it('runs a model in half precision', async () => {
    const network = createModel({ decoder: testCard.decoder, encoder: testCard.encoder, classes: 1 });
    const half = exportOnnx(network, initialState(network, 1), testCard, { precision: 'float16' });
    const model = await (await open(1, half)).opening;
    const whole = await (await open(1)).opening;
    const shape = [1, 3, 64, 64] as const;
    const [a, b] = [await model.session.run(batch, shape), await whole.session.run(batch, shape)];
    expect(largestDifference(a, b)).toBeLessThan(0.1);
    await Promise.all([model.close(), whole.close()]);
  });
});

describe('compareProviders', () => {
  let clock = 0;
  const now = (): number => clock;
  const answering = (value: number, milliseconds = 0) => ({
    run: async () => {
      clock += milliseconds;
      return Float32Array.of(1, value);
    },
    close: async () => undefined,
  });
  const graphics = (value: number, milliseconds = 0) => ({
    open: async (provider: WebProvider) => (provider === 'wasm' ? answering(2) : answering(value, milliseconds)),
  });
  it.each([
    [2.001, 'webgpu', undefined],
    [2.1, 'wasm', /logits differ by 0\.1/],
    [Number.NaN, 'wasm', /Infinity/],
  ] as const)('takes the graphics card only where it agrees (%f)', async (value, provider, note) => {
    const chosen = await compareProviders(graphics(value), 32);
    expect(chosen.provider).toBe(provider);
    if (note === undefined) expect(chosen.note).toBeUndefined();
    else expect(chosen.note).toMatch(note);
  });

  it.each([
    [1, 'webgpu', undefined],
    [4, 'wasm', /the graphics card takes 120 ms for a tile, the processor 60 ms: the processor computes/],
  ] as const)('does not take a slow graphics card for %i workers of the processor', async (workers, provider, note) => {
    const processor = { workers, open: async () => answering(2, 240) };
    const chosen = await compareProviders({ ...graphics(2, 120), processor, now }, 32);
    expect(chosen.provider).toBe(provider);
    if (note !== undefined) expect(chosen.note).toMatch(note);
  });

  it('says why where the graphics card fails', async () => {
    const open = async (provider: WebProvider) => {
      if (provider === 'webgpu') throw new FtuError('unavailable', 'no adapter');
      return answering(2);
    };
    const chosen = await compareProviders({ open }, 32);
    expect(chosen).toEqual({ provider: 'wasm', note: expect.stringContaining('(no adapter)') });
  });
});
