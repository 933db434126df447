/** Whole networks, against ONNX Runtime; single operations are in plan.test.ts. */
import { createRandom } from '@ftuseg/core';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { few } from '../../../../../tests/long.js';
import { testCard } from '../../../tests/fakes.js';
import type { Session } from '../session.js';
import { createNodeSession } from '../session.node.js';
import { openKernelSession } from './kernel-session.js';

function modelOf(decoder: string, encoder: string, classes = 1): Uint8Array {
  const model = createModel({ decoder, encoder, classes });
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  return exportOnnx(model, initialState(model, 3), { ...testCard, decoder, encoder, classes: names });
}

function open(file: Uint8Array): Session {
  const session = openKernelSession(file, 'm.onnx');
  if (session === undefined) throw new Error('the kernels do not compute this network');
  return session;
}

const pixels = (length: number): Float32Array => {
  const random = createRandom(length);
  return Float32Array.from({ length }, () => random.normal());
};

const networks = [
  ['unet', 'tu-tf_efficientnetv2_b0', 1],
  ['linknet', 'timm-tf_efficientnet_lite0', 2],
  ['unet', 'resnet18', 5],
  ['unet', 'timm-efficientnet-b0', 1],
  ['fpn', 'tu-test_efficientnet', 1],
] as const;

describe('openKernelSession', () => {
  it.each(few(networks, 2))(
    'gives the logits of ONNX Runtime: %s on %s, %i classes',
    async (decoder, encoder, classes) => {
      const file = modelOf(decoder, encoder, classes);
      const [ours, theirs] = [open(file), await createNodeSession(file, { threads: 1 })];
      for (const shape of [
        [1, 3, 32, 32],
        [2, 3, 64, 96],
        [1, 3, 32, 32],
      ] as const) {
        const batch = pixels(shape[0] * 3 * shape[2] * shape[3]);
        const [here, there] = [await ours.run(batch, shape), await theirs.run(batch, shape)];
        expect(here.length).toBe(there.length);
        const largest = there.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(largest).toBeGreaterThan(0);
        const apart = there.reduce((most, value, i) => Math.max(most, Math.abs(value - (here[i] ?? Number.NaN))), 0);
        expect(apart).toBeLessThan(5e-5 * largest);
      }
      await Promise.all([ours.close(), theirs.close()]);
    },
  );

  it('leaves networks that it has no kernels for to others', () => {
    expect(openKernelSession(modelOf('attention-unet', 'tu-test_efficientnet'), 'm.onnx')).toBeUndefined();
    expect(openKernelSession(new TextEncoder().encode('nonsense'), 'm.onnx')).toBeUndefined();
  });

  it('refuses what does not fit, in a sentence, and goes on', async () => {
    const session = open(modelOf('unet', 'tu-test_efficientnet'));
    const small = pixels(3 * 32 * 32);
    await expect(session.run(small, [1, 3, 32, 64])).rejects.toThrow('failed on a batch of 1 x 3 x 32 x 64');
    await expect(session.run(pixels(3 * 40 * 40), [1, 3, 40, 40])).rejects.toThrow('1 x 3 x 40 x 40');
    await expect(session.run(small, [1, 3, 32, 32], 'multiply')).rejects.toThrow('no tile classifier');
    expect((await session.run(small, [1, 3, 32, 32])).length).toBe(32 * 32);
    await session.close();
    await session.close();
    await expect(session.run(small, [1, 3, 32, 32])).rejects.toThrow('already closed');
  });

  it('makes no numbers of what is none', async () => {
    const session = open(modelOf('unet', 'timm-tf_efficientnet_lite0'));
    const batch = pixels(3 * 32 * 32);
    batch[700] = Number.NaN;
    const logits = await session.run(batch, [1, 3, 32, 32]);
    expect(logits.some(Number.isNaN)).toBe(true);
    await session.close();
  });
});
