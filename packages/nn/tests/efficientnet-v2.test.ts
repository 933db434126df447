/** EfficientNetV2 with Google's ImageNet weights against a test vector computed in NumPy, and the sizes of its versions. */
import { readFileSync } from 'node:fs';
import type { NpyArray } from '@ftuseg/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { bodyLayers, buildTrunk } from '../src/encoders/efficientnet/trunk.js';
import { allVariants } from '../src/encoders/efficientnet/variants.js';
import { createEncoder } from '../src/encoders/registry.js';
import { layerParameters } from '../src/layers.js';
import { readNpz } from '../src/npz.js';
import type { OnnxOps, OnnxValue } from '../src/onnx/onnx-ops.js';
import { readSafetensors } from '../src/safetensors/read.js';
import type { StateDict } from '../src/state/state.js';
import { haveSecondWeights, secondFolder } from './parity-data.js';
import { channelsFirst, onnxOf, reference, relativeDifference } from './reference-features.js';
import { runOnnx } from './run-onnx.js';

const variant = allVariants.find(({ name }) => name === 'tu-tf_efficientnetv2_b0');
if (variant === undefined) throw new TypeError('there is no V2-B0');
const trunk = buildTrunk(variant, { norm: { eps: 1e-3, momentum: 0.1 }, dropPathRate: 0 });

/** The map after the stem (0), after stage n (n), or after the head (7). */
function mapAt(ops: OnnxOps, input: OnnxValue, at: number): OnnxValue {
  let x = trunk.stem.forward(ops, input);
  for (const { blocks } of trunk.stages.slice(0, at)) {
    for (const block of blocks) x = block.contract(ops, block.expand(ops, x), x);
  }
  return at === 7 ? ops.globalAveragePool(trunk.head.forward(ops, x)) : x;
}

describe.skipIf(!haveSecondWeights)('ImageNet V2-B0 (needs ../shared/weights/efficientnetv2-b0)', () => {
  let state: StateDict;
  let vector: ReadonlyMap<string, NpyArray>;
  let image: Float32Array;

  beforeAll(async () => {
    const file = readSafetensors(readFileSync(`${secondFolder}tf_efficientnetv2_b0.safetensors`));
    state = new Map([...file.state].map(([name, entry]) => [`encoder.model.${name}`, entry]));
    vector = readNpz(readFileSync(`${secondFolder}ref_features.npz`));
    const pixels = await sharp(`${secondFolder}ref_input_224.png`).removeAlpha().raw().toBuffer();
    const { mean, std } = createEncoder('tu-tf_efficientnetv2_b0').normalisation;
    image = channelsFirst(pixels, 3, (x, c) => (x / 255 - (mean[c] ?? 0)) / (std[c] ?? 1));
  });

  it('uses every tensor of the file', () => {
    const layers = [...bodyLayers(trunk), ...trunk.head.layers];
    const needed = layers.flatMap(layerParameters).filter(({ dtype }) => dtype === 'float32');
    expect(needed.map(({ name }) => name).sort()).toEqual([...state.keys()].sort());
  });

  it.each([...[0, 1, 2, 3, 4, 5, 6].map((at) => [`s${at}`, at] as const), ['pooled', 7] as const])(
    'gives the reference features %s',
    async (name, at) => {
      const actual = await runOnnx(
        onnxOf(state, (ops, x) => mapAt(ops, x, at)),
        image,
        [1, 3, 224, 224],
      );
      const expected = pooledOrMap(vector, name);
      expect(actual.shape).toEqual(expected.shape);
      expect(relativeDifference(actual.data, expected.data)).toBeLessThan(1e-5);
    },
  );

  it('hands decoders the last map of each scale', async () => {
    const encoder = createEncoder('tu-tf_efficientnetv2_b0');
    for (const [index, name] of ['s1', 's2', 's3', 's5', 's6'].entries()) {
      const file = onnxOf(state, (ops, x) => encoder.features(ops, x)[index] ?? x);
      const { data, shape } = await runOnnx(file, image, [1, 3, 224, 224]);
      const expected = reference(vector, name);
      expect(shape).toEqual(expected.shape);
      expect(relativeDifference(data, expected.data)).toBeLessThan(1e-5);
    }
  });
});

/** `pooled` has channels only. */
function pooledOrMap(vector: ReadonlyMap<string, NpyArray>, name: string): { data: Float32Array; shape: number[] } {
  if (name !== 'pooled') return reference(vector, name);
  const array = vector.get(name);
  if (!(array?.data instanceof Float32Array)) throw new TypeError('no pooled reference');
  return { data: array.data, shape: [1, array.data.length, 1, 1] };
}

describe('versions of EfficientNetV2', () => {
  // timm's counts, of which the classifier and the head's convolution and normalisation are taken off.
  it.each(
    (
      [
        ['tu-tf_efficientnetv2_b0', 7_139_704, 192, 1280],
        ['tu-tf_efficientnetv2_b1', 8_141_052, 192, 1280],
        ['tu-tf_efficientnetv2_b2', 10_096_086, 208, 1408],
        ['tu-tf_efficientnetv2_b3', 14_358_406, 232, 1536],
        ['tu-tf_efficientnetv2_s', 21_458_488, 256, 1280],
      ] as const
    ).map(([name, whole, last, head]) => [name, whole - (head + 1) * 1000 - (last + 2) * head] as const),
  )('%s has %i trained numbers', (name, count) => {
    const parameters = createEncoder(name).layers.flatMap(layerParameters);
    const trained = parameters.filter(({ role }) => role === 'parameter');
    expect(trained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(count);
  });
});
