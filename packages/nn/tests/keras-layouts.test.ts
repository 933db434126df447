/** The Keras layouts against an independent computation in NumPy, and their sizes against arithmetic. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dispatch, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { few } from '../../../tests/long.js';
import { readModelCard } from '../src/card/read-card.js';
import { createModel, type Model } from '../src/model.js';
import { modelSpecOf } from '../src/model-card.js';
import { exportOnnx } from '../src/onnx/export.js';
import { optimizeForCpu } from '../src/onnx/rewriting/optimize-for-cpu.js';
import { type Shape, ShapeOps } from '../src/shape-ops.js';
import { initialState } from '../src/state/initial.js';
import { elementCount } from '../src/state/state.js';
import { TorchOps } from '../src/torch-ops.js';
import { cardFor } from './fixtures.js';
import { hashUniform, maxAbsDifference, referenceState } from './parity-data.js';
import { runOnnx } from './run-onnx.js';
import { load, numbers } from './torch.js';

const python = '/usr/bin/python3';
const haveNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;
const script = fileURLToPath(new URL('./python/keras_layouts.py', import.meta.url));

const cases = ['unet', 'fpn', 'linknet'].flatMap((decoder) =>
  ['b0', 'b4'].map((variant) => ({ decoder, variant, name: `${decoder} on EfficientNet-${variant.toUpperCase()}` })),
);
type Case = (typeof cases)[number];

const modelOf = ({ decoder, variant }: Case): Model =>
  createModel({ decoder, encoder: `tu-tf_efficientnet_${variant}`, layout: 'keras', classes: 1 });

/** Numbers that Keras calls trainable and non-trainable; it has no batch counters. */
function sizesOf({ parameters }: Model): { trained: number; other: number } {
  const total = (role: string): number =>
    parameters
      .filter((parameter) => parameter.role === role && parameter.dtype === 'float32')
      .reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return { trained: total('parameter'), other: total('buffer') };
}

describe('parameters of the Keras layouts', () => {
  /** Of the package efficientnet without the classifier. */
  const encoders = { b0: 4_049_564, b4: 17_673_816 };
  /** Channels of the top and of the expanded maps at 1/16, 1/8, 1/4 and 1/2: six times the input of stages 6, 4, 3 and 2. */
  const widths = {
    b0: { top: 1280, skips: [6 * 112, 6 * 40, 6 * 24, 6 * 16] },
    b4: { top: 1792, skips: [6 * 160, 6 * 56, 6 * 32, 6 * 24] },
  };
  /** A convolution without bias and a batch normalisation of four numbers per channel. */
  const block = (kernel: number, from: number, to: number): number => kernel ** 2 * from * to + 4 * to;
  const withBias = (kernel: number, from: number, to: number): number => (kernel ** 2 * from + 1) * to;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  const decoders: Readonly<Record<string, (top: number, skips: readonly number[]) => number>> = {
    unet(top, skips) {
      const filters = [256, 128, 64, 32, 16];
      const stages = filters.map((to, i) => {
        const below = filters[i - 1] ?? top;
        return block(3, below + (skips[i] ?? 0), to) + block(3, to, to);
      });
      return sum(stages) + withBias(3, 16, 1);
    },
    fpn(top, skips) {
      const pyramid = withBias(1, top, 256) + sum(skips.map((from) => withBias(1, from, 256)));
      const segmentation = skips.length * (block(3, 256, 128) + block(3, 128, 128));
      return pyramid + segmentation + block(3, 4 * 128, 128) + withBias(3, 128, 1);
    },
    linknet(top, skips) {
      const stages = [...skips, 16].map((to, i) => {
        const from = skips[i - 1] ?? top;
        return block(1, from, from / 4) + block(3, from / 4, from / 4) + block(1, from / 4, to);
      });
      return sum(stages) + withBias(3, 16, 1);
    },
  };

  it.each(cases)('$name has as many as the layers of Keras', (each) => {
    const variant = each.variant === 'b0' ? 'b0' : 'b4';
    const { top, skips } = widths[variant];
    const { trained, other } = sizesOf(modelOf(each));
    expect(trained + other).toBe(encoders[variant] + (decoders[each.decoder]?.(top, skips) ?? 0));
  });

  it('has the number that Keras prints for a Unet on EfficientNet-B0', () => {
    const model = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', classes: 1 });
    expect(sizesOf(model)).toEqual({ trained: 10_071_501, other: 44_000 });
    expect(10_071_501 + 44_000).toBe(10_115_501);
  });
});

describe('training of the Keras layouts', () => {
  const unet = (dropPathRate?: number): Model =>
    createModel({
      decoder: 'unet',
      encoder: 'tu-tf_efficientnet_b0',
      layout: 'keras',
      classes: 1,
      dropPathRate,
    });

  it('drops paths as the package efficientnet does by default', () => {
    const rates: number[] = [];
    class Recording extends ShapeOps {
      override dropPath(x: Shape, rate: number): Shape {
        rates.push(rate);
        return x;
      }
    }
    unet().forward<Shape>(new Recording(), [1, 3, 32, 32]);
    // Of the 16 blocks of B0, those that keep size and width have a shortcut.
    const shortcuts = [2, 4, 6, 7, 9, 10, 12, 13, 14];
    for (const [i, block] of shortcuts.entries()) expect(rates[i]).toBeCloseTo((0.2 * block) / 16, 12);
    expect(rates).toHaveLength(shortcuts.length);
  });

  it.skipIf(!torchAvailable())('keeps 0.99 of the moving statistics in each step (needs libtorch)', () => {
    scope(() =>
      noGrad(() => {
        const model = unet(0);
        const state = load(initialState(model, 1));
        const image = tensor(Float32Array.from(hashUniform('input', 2 * 3 * 64 * 64)), [2, 3, 64, 64]);
        const moving = model.parameters.map(({ name }) => name).filter((name) => name.endsWith('running_mean'));
        const step = (): number[][] => {
          model.forward(new TorchOps<Tensor>(dispatch, state, { training: true }), image);
          return moving.map((name) => numbers(state.get(name) ?? image));
        };
        const [first, second] = [step(), step()];
        expect(moving).toHaveLength(59);
        for (const [i, once] of first.entries()) {
          const largest = Math.max(...once.map(Math.abs));
          expect(largest).toBeGreaterThan(0);
          // The same batch twice from 0: m (1 - 0.99), then m (1 - 0.99²).
          const ratio = once.map((value) => 1.99 * value);
          expect(maxAbsDifference(second[i] ?? [], ratio) / largest).toBeLessThan(1e-4);
        }
      }),
    );
  });
});

const resultSchema = z.record(
  z.string(),
  z.object({ logits: z.array(z.number()), trained: z.number(), other: z.number() }),
);

describe.skipIf(!haveNumpy)('the Keras layouts in NumPy (skipped where /usr/bin/python3 has no numpy)', () => {
  const side = 64;
  const key = ({ decoder, variant }: Case): string => `${decoder}:${variant}:${side}`;
  const printed = haveNumpy
    ? execFileSync(python, [script, ...cases.map(key)], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    : '{}';
  const expected = resultSchema.parse(JSON.parse(printed));
  const input = Float32Array.from(hashUniform('input', 3 * side * side));
  const shape = [1, 3, side, side] as const;

  it.each(few(cases, 2))('$name gives the same logits and has the same size', async (each) => {
    const { logits = [], trained, other } = expected[key(each)] ?? {};
    const largest = Math.max(...logits.map(Math.abs));
    expect(logits).toHaveLength(side * side);
    const model = modelOf(each);
    expect(sizesOf(model)).toEqual({ trained, other });
    const state = referenceState(model);
    const file = exportOnnx(model, state, cardFor(model));
    expect(modelSpecOf(readModelCard(file, 'm.onnx'))).toEqual(model.spec);
    const differences: Record<string, number> = {};
    const compare = (what: string, actual: ArrayLike<number>): void => {
      differences[what] = maxAbsDifference(actual, logits) / largest;
    };
    compare('onnx', (await runOnnx(file, input, shape)).data);
    compare('onnx for processors', (await runOnnx(optimizeForCpu(file), input, shape)).data);
    if (torchAvailable()) {
      scope(() =>
        noGrad(() => {
          const ops = new TorchOps<Tensor>(dispatch, load(state), { training: false });
          const image = tensor(input, shape).to({ memoryFormat: 'channels_last' });
          compare('libtorch', numbers(model.forward(ops, image)));
        }),
      );
    }
    // Measured: 5e-7 to 2e-6.
    for (const difference of Object.values(differences)) expect(difference).toBeLessThan(1e-5);
  });
});
