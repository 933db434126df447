import { readFileSync } from 'node:fs';
import type { NpyArray } from '@ftuseg/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encoderStateFromLite0Npz, lite0NpzNormalisation } from '../src/encoders/efficientnet/lite0-npz.js';
import { createEncoder } from '../src/encoders/registry.js';
import type { Layer } from '../src/layers.js';
import { readNpz } from '../src/npz.js';
import { haveLiteWeights, liteFolder } from './parity-data.js';
import { channelsFirst, onnxOf, reference, relativeDifference } from './reference-features.js';
import { runOnnx } from './run-onnx.js';

describe.skipIf(!haveLiteWeights)('ImageNet Lite0 (needs ../shared/weights/efficientnet-lite0)', () => {
  let npz: ReadonlyMap<string, NpyArray>;
  let features: ReadonlyMap<string, NpyArray>;
  let image: Float32Array;

  beforeAll(async () => {
    npz = readNpz(readFileSync(`${liteFolder}effnet_lite0_imagenet_dequant_f32.npz`));
    features = readNpz(readFileSync(`${liteFolder}ref_features.npz`));
    const pixels = await sharp(`${liteFolder}ref_input_224.png`).removeAlpha().raw().toBuffer();
    const { mean, std } = lite0NpzNormalisation;
    image = channelsFirst(pixels, 3, (x, c) => (x / 255 - (mean[c] ?? 0)) / (std[c] ?? 1));
  });

  it.each([
    ['b0.project', 0],
    ['b2.out', 1],
    ['b4.out', 2],
    ['b10.out', 3],
    ['b15.project', 4],
  ])('gives the reference features %s', async (name, index) => {
    const encoder = createEncoder('tu-tf_efficientnet_lite0');
    const file = onnxOf(encoderStateFromLite0Npz(npz), (ops, x) => encoder.features(ops, x)[index] ?? x);
    const actual = await runOnnx(file, image, [1, 3, 224, 224]);
    const expected = reference(features, name);
    expect(actual.shape).toEqual(expected.shape);
    // Measured: up to 8e-5 on features up to 57, about 1.6e-6 of the largest.
    expect(relativeDifference(actual.data, expected.data)).toBeLessThan(1e-5);
  });

  it('fills stem and head of the symmetric variant too', async () => {
    const state = encoderStateFromLite0Npz(npz, 'timm-tf_efficientnet_lite0');
    const { layers } = createEncoder('timm-tf_efficientnet_lite0');
    expect([...state.keys()].filter((name) => name.endsWith('.weight'))).toHaveLength(layers.length);
    const [conv, norm]: Layer[] = layers.slice(-2);
    if (conv?.kind !== 'conv2d' || norm?.kind !== 'batchNorm') throw new TypeError('the head is conv and norm');
    const file = onnxOf(state, (ops, x) => ops.batchNorm(ops.conv2d(x, conv), norm, 'relu6'));
    const input = reference(features, 'b15.project');
    const { data } = await runOnnx(file, input.data, input.shape);
    expect(relativeDifference(data, reference(features, 'head').data)).toBeLessThan(1e-5);
  });

  it('refuses other encoders and other files', () => {
    expect(() => encoderStateFromLite0Npz(npz, 'timm-efficientnet-b0')).toThrow(/fit EfficientNet-Lite0, not/);
    expect(() => encoderStateFromLite0Npz(features)).toThrow('"stem.kernel" is missing');
  });
});
