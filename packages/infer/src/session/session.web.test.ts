import { createRandom, FtuError } from '@ftuseg/core';
import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testCard } from '../../tests/fakes.js';
import { realModel } from '../../tests/real-model.js';
import type { SegmentationModel } from '../model/model.js';
import { loadModelBytes } from '../model/model.web.js';
import { createNodeSession } from './session.node.js';
import { createWebSession, type WebRuntime } from './session.web.js';

// In Node it finds no threads; pages without cross-origin isolation have none either.
ort.env.wasm.numThreads = 1;

const file = realModel();
const pixels = (seed: number, side: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: 3 * side * side }, () => random.normal());
};

/** What a promise is rejected with. */
const refusal = (work: Promise<unknown>): Promise<unknown> => work.catch((caught: unknown) => caught);

/** Takes memory away from whoever holds it, as a runtime that computes in a worker does. */
function take({ buffer }: Uint8Array | Float32Array): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError('this memory is shared');
  return structuredClone(buffer, { transfer: [buffer] });
}

/** A runtime that takes the model's and the batches' memory, and whose networks are a function. */
function taking(network: (pixels: Float32Array) => unknown, outputNames: readonly string[] = ['logits']) {
  const seen = { released: 0 };
  const runtime: WebRuntime = {
    Tensor: class {
      constructor(
        _: 'float32',
        readonly data: Float32Array,
        readonly dims: readonly number[],
      ) {}
    },
    InferenceSession: {
      create: async (bytes) => {
        take(bytes);
        return {
          inputNames: ['image'],
          outputNames,
          run: async ({ image }) => {
            if (!(image?.data instanceof Float32Array)) throw new TypeError('there is no image');
            return { logits: { data: await network(new Float32Array(take(image.data))), dims: [] } };
          },
          release: async () => {
            seen.released++;
          },
        };
      },
    },
  };
  return { runtime, seen };
}

let model: SegmentationModel;

beforeAll(async () => {
  model = await loadModelBytes(ort, file, { name: 'model.onnx' });
});

afterAll(() => model?.close());

describe('loadModelBytes', () => {
  it('needs one file: the card and the network', () => {
    expect(model.card).toEqual(testCard);
    expect(model.source).toEqual({ name: 'model.onnx' });
  });

  it('refuses what is not a model in one sentence', async () => {
    const error = await refusal(loadModelBytes(ort, new TextEncoder().encode('nonsense'), { name: 'bad.onnx' }));
    expect(error).toBeInstanceOf(FtuError);
    expect(String(error)).toMatch(/bad\.onnx: not an ONNX model file/);
  });
});

describe('createWebSession', () => {
  it('gives the logits that ONNX Runtime gives in Node', async () => {
    const node = await createNodeSession(file, { threads: 1 });
    const batch = pixels(1, 96);
    const [here, there] = [await node.run(batch, [1, 3, 96, 96]), await model.session.run(batch, [1, 3, 96, 96])];
    await node.close();
    const largest = here.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(there.length).toBe(here.length);
    for (const [i, value] of here.entries())
      expect(Math.abs(value - (there[i] ?? Number.NaN))).toBeLessThan(1e-4 * largest);
  });

  it.each([
    { isolated: false, numThreads: 8, runtime: false },
    { isolated: true, numThreads: 3, runtime: false },
    { isolated: true, numThreads: 4, runtime: true },
  ])('leaves a network to the runtime where that has many threads: %o', async ({ isolated, numThreads, runtime }) => {
    const { runtime: taken } = taking((image) => image.subarray(0, 32 * 32));
    let asked = false;
    const create: WebRuntime['InferenceSession']['create'] = (bytes, options) => {
      asked = true;
      return taken.InferenceSession.create(bytes, options);
    };
    vi.stubGlobal('crossOriginIsolated', isolated);
    try {
      const env = { wasm: { numThreads } };
      await (await createWebSession({ ...taken, InferenceSession: { create }, env }, file)).close();
    } finally {
      vi.unstubAllGlobals();
    }
    expect(asked).toBe(runtime);
  });

  it('gives every answer memory of its own', async () => {
    const first = await model.session.run(pixels(2, 32), [1, 3, 32, 32]);
    const kept = first.slice();
    const second = await model.session.run(pixels(3, 32), [1, 3, 32, 32]);
    expect(first).toEqual(kept);
    expect(second).not.toEqual(kept);
    expect(first.buffer.byteLength).toBe(first.byteLength);
  });

  it('leaves the memory of the caller alone where the runtime takes what it gets', async () => {
    const { runtime } = taking((image) => image);
    const [bytes, batch] = [new Uint8Array([1, 2, 3]), new Float32Array([4, 5, 6])];
    for (const provider of ['wasm', 'webgpu'] as const) {
      const session = await createWebSession(runtime, bytes, { executionProviders: [provider] });
      expect([...(await session.run(batch, [1, 3, 1, 1]))]).toEqual([4, 5, 6]);
    }
    expect([...bytes, ...batch]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('runs one batch after the other, however many are asked for, and closes after them', async () => {
    let [running, most] = [0, 0];
    const { runtime, seen } = taking(async (image) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      expect(seen.released).toBe(0);
      return image;
    });
    const session = await createWebSession(runtime, new Uint8Array(1));
    const answers = [1, 2, 3].map((value) => session.run(new Float32Array([value]), [1, 3, 1, 1]));
    await session.close();
    expect((await Promise.all(answers)).map(([value]) => value)).toEqual([1, 2, 3]);
    expect([most, seen.released]).toEqual([1, 1]);
  });

  it('turns what ONNX Runtime says into one sentence that names the model', async () => {
    const error = await refusal(createWebSession(ort, new TextEncoder().encode('nonsense'), { subject: 'bad.onnx' }));
    expect(error).toMatchObject({ code: 'bad-input', subject: 'bad.onnx' });
    expect(String(error)).toMatch(/bad\.onnx: the file is damaged or is no ONNX model/);
    expect(String(error)).not.toMatch(/\n|\.cc:/);
  });

  it('says so when what it should run on is not here', async () => {
    const error = await refusal(createWebSession(ort, file, { executionProviders: ['webgpu'] }));
    expect(error).toMatchObject({ code: 'unavailable', problem: 'onnxruntime-web cannot use webgpu here' });
    expect(String(error)).not.toContain('\n');
  });

  it('refuses networks that have not one input and one output, or another type of it', async () => {
    const { runtime, seen } = taking((image) => image, ['logits', 'label']);
    const error = await refusal(createWebSession(runtime, new Uint8Array(1)));
    expect(error).toMatchObject({
      code: 'bad-input',
      problem:
        'the model has 1 input (image) and 2 outputs (logits, label), not one of each: a picture in, its map out',
    });
    expect(seen.released).toBe(1);
    const whole = await createWebSession(taking((image) => Int32Array.from(image)).runtime, new Uint8Array(1));
    await expect(whole.run(new Float32Array(3), [1, 3, 1, 1])).rejects.toThrow("the model's output is not float32");
  });

  it('refuses a batch that the network cannot take, and goes on afterwards', async () => {
    const error = await refusal(model.session.run(new Float32Array(3 * 40 * 40), [1, 3, 40, 40]));
    expect(error).toMatchObject({ code: 'bad-input', subject: 'model.onnx' });
    expect(String(error)).toMatch(/failed on a batch of 1 x 3 x 40 x 40/);
    expect(String(error)).not.toMatch(/\n|\.cc:/);
    expect((await model.session.run(new Float32Array(3 * 32 * 32), [1, 3, 32, 32])).length).toBe(1024);
  });

  it('says so when it is closed; closing twice is harmless', async () => {
    const session = await createWebSession(ort, file);
    await session.close();
    await session.close();
    await expect(session.run(new Float32Array(3 * 32 * 32), [1, 3, 32, 32])).rejects.toThrow('already closed');
  });
});
