import { createModel, exportOnnx, initialState, observedNetwork, quantiseOnnx } from '@ftuseg/nn';
import * as web from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { testCard } from '../../tests/fakes.js';
import { processorForm } from './processor-form.node.js';
import { int8UnitHere, int8UnitOf } from './processor-int8.node.js';
import { createNodeSession } from './session.node.js';
import { createWebSession } from './session.web.js';

const network = createModel({ decoder: testCard.decoder, encoder: testCard.encoder, classes: testCard.classes.length });
const float32 = exportOnnx(network, initialState(network, 1), testCard);
const ranges = new Map(observedNetwork(float32, 'm').values.map((name) => [name, [-4, 4] as const]));
const int8 = quantiseOnnx(float32, ranges, 'm');
const subject = 'm.onnx';
const shape = [1, 3, 64, 64] as const;
const image = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(i * 0.37));

const ask = async (arithmetic?: 'int8' | 'float32') => {
  const session = await createNodeSession(int8, { threads: 1, subject, ...(arithmetic && { arithmetic }) });
  try {
    return { logits: await session.run(image.slice(), shape), arithmetic: session.arithmetic };
  } finally {
    await session.close();
  }
};
const worst = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? 9e9))), 0);

describe('int8UnitOf', () => {
  const linux = (cpuinfo: string | undefined) => int8UnitOf({ platform: 'linux', arch: 'x64', cpuinfo });
  it('goes by what the system says', () => {
    expect(linux('processor : 0\nflags\t\t: fpu avx2 avx512_vnni rdpid\n')).toBe('dot-products');
    expect(linux('flags\t\t: fpu avx2 avx512f avx512bw\n')).toBe('pairs');
    expect(linux('flags : sse2')).toBe('unknown');
    expect(linux(undefined)).toBe('unknown');
    expect(int8UnitOf({ platform: 'linux', arch: 'arm64', cpuinfo: 'Features\t: fp asimd asimddp\n' })).toBe(
      'dot-products',
    );
    expect(int8UnitOf({ platform: 'darwin', arch: 'arm64', cpuinfo: undefined })).toBe('dot-products');
    expect(int8UnitOf({ platform: 'win32', arch: 'x64', cpuinfo: undefined })).toBe('unknown');
  });
});

describe('processorForm', () => {
  it('takes float32, and says so, where 8 bits were not faster', async () => {
    const notes: string[] = [];
    const onNote = (note: string): void => void notes.push(note);
    const slow = { subject, unit: 'pairs', speedRatio: async () => 0.8, onNote } as const;
    expect((await processorForm(int8, slow)).arithmetic).toBe('float32');
    expect(notes).toEqual([
      expect.stringMatching(/^m\.onnx is computed in float32: 8 bits are not faster .*0\.80 times/),
    ]);
    expect((await processorForm(int8, { ...slow, speedRatio: async () => 1.5 })).arithmetic).toBe('int8');
    expect((await processorForm(int8, { ...slow, unit: 'dot-products' })).arithmetic).toBe('int8');
    expect((await processorForm(float32, slow)).arithmetic).toBeUndefined();
    expect(notes).toHaveLength(1);
  });

  it('times both forms where the processor does not say', async () => {
    const { arithmetic } = await processorForm(int8, { subject, unit: 'unknown' });
    expect(['int8', 'float32']).toContain(arithmetic);
  });
});

describe('a network in 8 bits', () => {
  it('runs in Node in both, and in a page in 8 bits', async () => {
    const [bytes, floats] = [await ask('int8'), await ask('float32')];
    expect([bytes.arithmetic, floats.arithmetic]).toEqual(['int8', 'float32']);
    expect(worst(bytes.logits, floats.logits)).toBeGreaterThan(0);
    web.env.wasm.numThreads = 1;
    const page = await createWebSession(web, int8, { subject });
    const found = await page.run(image, shape);
    await page.close();
    expect(page.arithmetic).toBe('int8');
    // Node rounds as the page does where its processor has dot products of bytes; elsewhere it has weights of 7 bits.
    const share = (await int8UnitHere()) === 'dot-products' ? 0.1 : 3;
    expect(worst(found, bytes.logits)).toBeLessThan(share * worst(found, floats.logits));
  });
});
