import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { few } from '../../../../../tests/long.js';
import { cardFor } from '../../../tests/fixtures.js';
import { maxAbsDifference } from '../../../tests/parity-data.js';
import { runOnnx } from '../../../tests/run-onnx.js';
import { readModelCard } from '../../card/read-card.js';
import { createModel, type ModelSpec } from '../../model.js';
import { initialState } from '../../state/initial.js';
import { exportOnnx } from '../export.js';
import { encodeOnnxModel } from '../proto.js';
import { optimizeForCpu } from './optimize-for-cpu.js';

const encoder = 'tu-tf_efficientnet_lite0';

function fileOf(spec: ModelSpec, precision: 'float32' | 'float16' = 'float32'): Uint8Array {
  const model = createModel(spec);
  return exportOnnx(model, initialState(model, 3), cardFor(model), { precision });
}

const occurrences = (file: Uint8Array, text: string): number =>
  new TextDecoder('latin1').decode(file).split(text).length - 1;

const unet = fileOf({ decoder: 'unet', encoder, classes: 1 });

describe('optimizeForCpu', () => {
  const logits: [string, ModelSpec][] = [
    ['a Unet', { decoder: 'unet', encoder, classes: 1 }],
    ['three classes', { decoder: 'unet', encoder, classes: 3 }],
    ['more classes than lanes', { decoder: 'unet', encoder, classes: 5 }],
    ['a Unet with scSE', { decoder: 'unet', encoder, classes: 2, attention: 'scse' }],
    ['an Attention U-Net', { decoder: 'attention-unet', encoder, classes: 1 }],
    ['an FPN', { decoder: 'fpn', encoder, classes: 1 }],
    ['Linknet', { decoder: 'linknet', encoder, classes: 1 }],
    ['a Unet 3+', { decoder: 'unet3plus', encoder, classes: 1 }],
    ['another encoder', { decoder: 'unet', encoder: 'resnet34', classes: 1 }],
    ['a transformer', { decoder: 'unet', encoder: 'mit_b0', classes: 1 }],
  ];
  // The everyday tests have every third: a Unet, one with scSE, Linknet and a transformer.
  it.each(few(logits, 3))('gives the same logits: %s', async (_, spec) => {
    const file = fileOf(spec);
    const shape = [2, 3, 96, 64] as const;
    const input = Float32Array.from({ length: 2 * 3 * 96 * 64 }, (__, i) => Math.sin(i * 0.37) + Math.cos(i / 97));
    const plain = await runOnnx(file, input, shape);
    const short = await runOnnx(optimizeForCpu(file), input, shape);
    expect(short.shape).toEqual(plain.shape);
    const scale = Math.max(...plain.data.map(Math.abs));
    expect(maxAbsDifference(short.data, plain.data)).toBeLessThan(1e-5 * scale);
  });

  it('writes the decoder and the head of a Unet another way, and keeps the card', () => {
    const short = optimizeForCpu(unet);
    expect(occurrences(unet, 'Resize')).toBeGreaterThan(0);
    expect(occurrences(short, 'Resize')).toBe(0);
    expect(occurrences(short, 'DepthToSpace')).toBeGreaterThan(0);
    expect(occurrences(short, 'decoder.blocks.0.conv1.0.folded.weight\x00')).toBe(0);
    expect(readModelCard(short, 'm.onnx')).toEqual(readModelCard(unet, 'm.onnx'));
    expect(Buffer.compare(optimizeForCpu(unet), short)).toBe(0);
  });

  it('knows the channels of maps that a transformer made', () => {
    const file = fileOf({ decoder: 'unet', encoder: 'mit_b0', classes: 1 });
    const resized = (bytes: Uint8Array): number => occurrences(bytes, 'Resize');
    expect(resized(file)).toBeGreaterThan(0);
    expect(resized(optimizeForCpu(file))).toBe(0);
  });

  it('writes what an FPN of the Keras layout joins at 1/2 another way', () => {
    const file = fileOf({ decoder: 'fpn', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', classes: 1 });
    const joined = 'decoder.final_stage.conv.folded.weight\x00';
    expect(occurrences(file, 'decoder.final_stage.conv.folded.weight')).toBeGreaterThan(0);
    expect(occurrences(optimizeForCpu(file), joined)).toBe(0);
  });

  it.each(['unet', 'fpn'])('computes half precision in float32, with the weights of the file: %s', async (decoder) => {
    const half = fileOf({ decoder, encoder, classes: 1, tileClassifier: decoder === 'unet' }, 'float16');
    const ours = optimizeForCpu(half);
    expect(occurrences(half, 'Cast')).toBeGreaterThan(0);
    expect(occurrences(ours, 'Cast')).toBe(0);
    const image = new Float32Array(3 * 64 * 64).map((_, i) => Math.sin(i));
    const [rounded, found, whole] = await Promise.all(
      [half, ours, fileOf({ decoder, encoder, classes: 1, tileClassifier: decoder === 'unet' })].map((file) =>
        runOnnx(file, image, [1, 3, 64, 64]),
      ),
    );
    const largest = Math.max(...(found?.data ?? []).map(Math.abs));
    const apart = maxAbsDifference(found?.data ?? [], whole?.data ?? []);
    // Rounded activations take the file's own form further away than rounded weights do.
    expect(apart).toBeGreaterThan(0);
    expect(apart).toBeLessThan(0.01 * largest);
    expect(apart).toBeLessThan(maxAbsDifference(rounded?.data ?? [], whole?.data ?? []));
  });

  it('leaves files of others and damaged ones alone', () => {
    const cut = unet.subarray(0, unet.length - 1);
    expect(optimizeForCpu(cut)).toBe(cut);
    const noise = new TextEncoder().encode('<!DOCTYPE html>');
    expect(optimizeForCpu(noise)).toBe(noise);
    const producer = new TextDecoder('latin1').decode(unet).indexOf('ftuseg');
    const foreign = unet.slice();
    foreign[producer] = 'F'.charCodeAt(0);
    expect(optimizeForCpu(foreign)).toBe(foreign);
  });

  it('never throws on damage', () => {
    const value = { name: 'x', shape: ['n', 3, 'h', 'w'] };
    const small = encodeOnnxModel({
      graphName: 'g',
      opset: 17,
      nodes: [
        {
          operator: 'Clip',
          inputs: ['x', '', 'high'],
          output: 'y',
          attributes: { a: [1, 2], b: 'c', d: { float: 2 }, e: 5 },
        },
      ],
      initializers: [{ name: 'high', shape: [], data: Float32Array.of(6) }],
      input: value,
      output: { ...value, name: 'y' },
      metadata: new Map([['key', 'value']]),
    });
    expect(Buffer.compare(optimizeForCpu(small), small)).toBe(0);
    const change = fc.tuple(fc.nat(small.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bad = small.slice();
        for (const [at, byte] of changes) bad[at] = byte;
        expect(optimizeForCpu(bad)).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: 500 },
    );
  });
});
