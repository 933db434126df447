/** Networks in 8 bits, judged by ONNX Runtime against the same networks in float32. */
import { existsSync, readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { cardFor } from '../../tests/fixtures.js';
import { runOnnx } from '../../tests/run-onnx.js';
import { readModelCard } from '../card/read-card.js';
import { createModel, type ModelSpec } from '../model.js';
import { decodeOnnxModel } from '../onnx/decode.js';
import { exportOnnx } from '../onnx/export.js';
import { optimizeForCpu } from '../onnx/rewriting/optimize-for-cpu.js';
import { initialState } from '../state/initial.js';
import { ActivationHistogram, type ActivationRange } from './activation-range.js';
import { dequantiseOnnx, isQuantisedOnnx, observedNetwork, quantisedForCpu, quantiseOnnx } from './quantised-file.js';

const shape = [1, 3, 64, 64] as const;
const image = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(i * 0.37) + Math.cos(i / 97));

function fileOf(spec: ModelSpec): Uint8Array {
  const model = createModel(spec);
  return exportOnnx(model, initialState(model, 3), cardFor(model));
}

async function rangesOf(file: Uint8Array): Promise<Map<string, ActivationRange>> {
  const { file: observed, values, input } = observedNetwork(file, 'm.onnx');
  const session = await ort.InferenceSession.create(observed, { graphOptimizationLevel: 'basic', logSeverityLevel: 3 });
  const answers = await session.run({ [input]: new ort.Tensor('float32', image, [...shape]) });
  await session.release();
  return new Map(
    values.map((name) => {
      const found = name === input ? image : answers[name]?.data;
      if (!(found instanceof Float32Array)) throw new TypeError(`no value "${name}"`);
      const histogram = new ActivationHistogram();
      histogram.add(found, name);
      return [name, histogram.range(1) ?? [0, 0]];
    }),
  );
}

/** Root mean square of the difference, as a share of the reference's deviation. */
function apart(found: Float32Array, wanted: Float32Array): number {
  const mean = wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
  const square = (of: (i: number) => number) => found.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  return Math.sqrt(square((i) => (found[i] ?? 0) - (wanted[i] ?? 0)) / square((i) => (wanted[i] ?? 0) - mean));
}

const LIMIT = 0.1;

/** With weights of 8 bits, sums of two products saturate where a processor of x86 has no dot products of bytes: such a one is given 7 bits. */
const saturates =
  process.arch === 'x64' &&
  existsSync('/proc/cpuinfo') &&
  !/\b(avx512_vnni|avx_vnni|amx_int8)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
const here = { narrowWeights: saturates };
const limitHere = saturates ? 2 * LIMIT : LIMIT;

const operatorsOf = (file: Uint8Array): string[] => decodeOnnxModel(file)?.nodes.map(({ operator }) => operator) ?? [];
const count = (file: Uint8Array, name: string): number => operatorsOf(file).filter((one) => one === name).length;

const b0: ModelSpec = { decoder: 'unet', encoder: 'tu-tf_efficientnet_b0', classes: 1 };
/** A network with a tile classifier, its ranges, and itself in 8 bits. */
const lite0 = (async () => {
  const file = fileOf({ ...b0, encoder: 'tu-tf_efficientnet_lite0', classes: 2, tileClassifier: true });
  const ranges = await rangesOf(file);
  return [file, ranges, quantiseOnnx(file, ranges, 'm.onnx')] as const;
})();

describe('quantiseOnnx', () => {
  // Networks that have learnt nothing enlarge rounding; none of these loses 5 % of its logits' deviation.
  it.each<[string, ModelSpec]>([
    ['swish and squeeze-and-excitation', b0],
    ['a transformer', { ...b0, encoder: 'mit_b0' }],
  ])('answers as in float32 but for rounding: %s', async (_, spec) => {
    const file = fileOf(spec);
    const written = quantiseOnnx(file, await rangesOf(file), 'm.onnx');
    expect(count(written, 'QuantizeLinear')).toBeGreaterThan(5);
    const wanted = await runOnnx(file, image, shape);
    const found = await runOnnx(quantisedForCpu(written, here), image, shape);
    expect(apart(found.data, wanted.data)).toBeLessThan(limitHere);
  });

  it('answers so in every form: relu6, two classes and a tile classifier', async () => {
    const [file, , written] = await lite0;
    expect(readModelCard(written, 'm.onnx')).toEqual(readModelCard(file, 'm.onnx'));
    const wanted = await runOnnx(file, image, shape);
    const forms: [Uint8Array, number][] = [
      ...(saturates
        ? []
        : ([written, quantisedForCpu(written, { narrowWeights: false })].map((form) => [form, LIMIT]) as [
            Uint8Array,
            number,
          ][])),
      [quantisedForCpu(written, { narrowWeights: true }), 2 * LIMIT],
      [optimizeForCpu(written), LIMIT],
    ];
    for (const [form, limit] of forms) {
      const found = await runOnnx(form, image, shape);
      expect(found.shape).toEqual(wanted.shape);
      expect(apart(found.data, wanted.data)).toBeLessThan(limit);
    }
  });

  it('is a quarter of the file, and has nothing of 8 bits left in float32', async () => {
    const [file, , written] = await lite0;
    expect(written.length).toBeLessThan(0.3 * file.length);
    const float = dequantiseOnnx(written);
    expect(operatorsOf(float)).toEqual(operatorsOf(file));
    expect(isQuantisedOnnx(written) && !isQuantisedOnnx(float) && !isQuantisedOnnx(file)).toBe(true);
    expect(quantisedForCpu(file, { narrowWeights: false })).toBe(file);
    // The weights of the narrow form fit into 7 bits, and the biases are in its units.
    const tensors = decodeOnnxModel(quantisedForCpu(written, { narrowWeights: true }))?.initializers ?? [];
    let largest = 0;
    for (const { data } of tensors) {
      if (data instanceof Int8Array) for (const weight of data) largest = Math.max(largest, Math.abs(weight));
    }
    expect(largest).toBe(64);
  });

  it('refuses what it did not write in float32, and what lacks a range', async () => {
    const [file, ranges, written] = await lite0;
    const model = createModel({ ...b0, decoder: 'linknet', encoder: 'resnet18' });
    const half = exportOnnx(model, initialState(model, 3), cardFor(model), { precision: 'float16' });
    expect(() => quantiseOnnx(half, ranges, 'h.onnx')).toThrow(/h\.onnx: .*no convolution/);
    expect(() => quantiseOnnx(Uint8Array.of(1), ranges, 'n.onnx')).toThrow(/n\.onnx: .*float32/);
    expect(() => quantiseOnnx(written, ranges, 'q.onnx')).toThrow(/q\.onnx: .*already/);
    expect(() => quantiseOnnx(file, new Map(), 'm.onnx')).toThrow(/no calibration tile gave "image" a range/);
  });
});
