import { FtuError } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardFor } from '../../tests/fixtures.js';
import { maxAbsDifference } from '../../tests/parity-data.js';
import { runOnnx } from '../../tests/run-onnx.js';
import { readModelCard } from '../card/read-card.js';
import { batchNormalisation, convolution } from '../layers.js';
import { createModel } from '../model.js';
import type { ModelCard } from '../model-card.js';
import { writeSafetensors } from '../safetensors/write.js';
import { initialState } from '../state/initial.js';
import type { StateDict } from '../state/state.js';
import { exportOnnx } from './export.js';
import { OnnxOps, type OnnxValue, opset } from './onnx-ops.js';
import { encodeOnnxModel } from './proto.js';

const model = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_lite0', classes: 2 });
const state = initialState(model, 3);
const card = cardFor(model);
const file = exportOnnx(model, state, card);
const text = new TextDecoder('latin1').decode(file);

/** A file without weights, for looking at metadata. */
function tiny(metadata: ReadonlyMap<string, string>): Uint8Array {
  const value = { name: 'x', shape: [1] };
  const nodes = [{ operator: 'Relu', inputs: ['x'], output: 'y' }];
  return encodeOnnxModel({ graphName: 'g', opset, nodes, initializers: [], input: value, output: value, metadata });
}

describe('exportOnnx', () => {
  it('takes any batch, height and width that divide by 32', async () => {
    for (const [batch, height, width] of [
      [1, 32, 64],
      [2, 96, 32],
    ] as const) {
      const { shape } = await runOnnx(file, new Float32Array(batch * 3 * height * width), [batch, 3, height, width]);
      expect(shape).toEqual([batch, 2, height, width]);
    }
  });

  it('writes paddings out and folds every normalisation', () => {
    expect(text).not.toContain('auto_pad');
    expect(text).not.toContain('BatchNormalization');
    expect(text).not.toContain('running_mean');
    expect(text).toContain('ftuseg');
  });

  it('leaves out weights that prediction does not use', () => {
    const native = createModel({ decoder: 'unet', encoder: 'timm-tf_efficientnet_lite0', classes: 1 });
    const bytes = exportOnnx(native, initialState(native, 1), cardFor(native));
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('conv_head');
  });

  it('is the same file every time', () => {
    expect(Buffer.compare(exportOnnx(model, state, card), file)).toBe(0);
  });

  it('refuses a card or a state of another model, and weights that are not finite', () => {
    expect(() => exportOnnx(model, state, { ...card, encoder: 'timm-efficientnet-b0' })).toThrow(
      /model card describes/,
    );
    expect(() => exportOnnx(model, state, { ...card, classes: ['one'] })).toThrow(/with 1 class names/);
    expect(() => exportOnnx(model, new Map(), card)).toThrow(/do not belong/);
    const diverged: StateDict = new Map(state);
    diverged.set('segmentation_head.0.bias', { dtype: 'float32', shape: [2], data: Float32Array.of(0, Number.NaN) });
    expect(() => exportOnnx(model, diverged, card)).toThrow(/weight segmentation_head\.0\.bias holds NaN or infinity/);
  });
});

describe('OnnxOps', () => {
  const conv = convolution({
    name: 'c',
    inChannels: 2,
    outChannels: 3,
    kernel: 3,
    bias: true,
    initialisation: 'glorot-uniform',
  });
  const norm = batchNormalisation('n', 3, 1e-3);
  const float = (values: readonly number[], shape: readonly number[]) =>
    ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;
  const weights: StateDict = new Map([
    [
      'c.weight',
      float(
        Array.from({ length: 54 }, (_, i) => Math.sin(i)),
        [3, 2, 3, 3],
      ),
    ],
    ['c.bias', float([0.5, -1, 2], [3])],
    ['n.weight', float([1, -2, 0.3], [3])],
    ['n.bias', float([0, 1, -1], [3])],
    ['n.running_mean', float([0.1, 0.2, -0.3], [3])],
    ['n.running_var', float([1, 0.01, 4], [3])],
  ]);
  const input = Float32Array.from({ length: 2 * 5 * 4 }, (_, i) => Math.cos(i));

  async function run(build: (ops: OnnxOps, x: OnnxValue) => OnnxValue): Promise<Float32Array> {
    const ops = new OnnxOps(weights);
    const output = ops.nameOf(build(ops, { kind: 'value', name: 'x' }));
    const bytes = encodeOnnxModel({
      graphName: 'g',
      opset,
      nodes: ops.nodes,
      initializers: ops.initializers,
      input: { name: 'x', shape: ['n', 2, 'h', 'w'] },
      output: { name: output, shape: ['n', 3, 'h', 'w'] },
      metadata: new Map(),
    });
    return (await runOnnx(bytes, input, [1, 2, 5, 4])).data;
  }

  it('folds a normalisation into the convolution before it without changing the result', async () => {
    const folded = await run((ops, x) => ops.batchNorm(ops.conv2d(x, conv), norm, 'silu'));
    const apart = await run((ops, x) => {
      const y = ops.conv2d(x, conv);
      ops.nameOf(y);
      return ops.batchNorm(y, norm, 'silu');
    });
    expect(maxAbsDifference(folded, apart)).toBeLessThan(1e-5);
  });

  it('says which weights a state lacks', () => {
    expect(() => new OnnxOps(new Map()).nameOf({ kind: 'convolution', input: 'x', layer: conv })).toThrow(
      /"c\.(weight|bias)"/,
    );
  });
});

describe('readModelCard', () => {
  it('reads back the card', () => {
    expect(readModelCard(file, 'm.onnx')).toEqual(card);
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['a page of HTML', new TextEncoder().encode('<!DOCTYPE html><html><body>Not found</body></html>')],
    ['half a model', file.subarray(0, file.length >> 1)],
    ['a model without its last byte', file.subarray(0, file.length - 1)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readModelCard(bytes, 'm.onnx')).toThrow(/^m\.onnx: not an ONNX model file, .*ftu train/);
  });

  it('recognises a checkpoint given in place of a model', () => {
    expect(() => readModelCard(writeSafetensors(state), 'm.onnx')).toThrow(/safetensors checkpoint.*ftu export/);
  });

  it('refuses random bytes and damaged headers with an FtuError only', () => {
    const start = tiny(new Map([['ftuseg.model_card', JSON.stringify(card)]]));
    const change = fc.tuple(fc.nat(start.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (noise, changes) => {
          expect(() => readModelCard(noise, 'm.onnx')).toThrow(FtuError);
          const bad = start.slice();
          for (const [at, value] of changes) bad[at] = value;
          try {
            readModelCard(bad, 'm.onnx');
          } catch (error) {
            expect(error).toBeInstanceOf(FtuError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells a model of others from a damaged or newer card', () => {
    const withCard = (value: unknown) => tiny(new Map([['ftuseg.model_card', JSON.stringify(value)]]));
    expect(() => readModelCard(tiny(new Map()), 'm.onnx')).toThrow(/has no ftuseg model card; .*ftu export/);
    expect(() => readModelCard(tiny(new Map([['ftuseg.model_card', '{']])), 'm.onnx')).toThrow(/card is not JSON/);
    expect(() => readModelCard(withCard({ ...card, format: 2 }), 'm.onnx')).toThrow(
      /format 2, this version reads 1; update ftuseg/,
    );
    expect(() => readModelCard(withCard({ ...card, std: [1, 0, 1] }), 'm.onnx')).toThrow(/invalid at "std\.1"/);
    expect(() => readModelCard(withCard(7), 'm.onnx')).toThrow(/card is invalid/);
    expect(readModelCard(withCard({ ...card, later: true }), 'm.onnx')).toEqual(card);
  });

  it.each<[string, Partial<ModelCard>]>([
    ['a tile that does not divide', { tileSize: 250 }],
    ['class names that repeat', { classes: ['a', 'a'] }],
    ['a threshold above 1', { threshold: 2 }],
    ['an infinite mean', { mean: [0, 0, Number.POSITIVE_INFINITY] }],
  ])('does not write %s', (_, change) => {
    expect(() => exportOnnx(model, state, { ...card, ...change })).toThrow(/model card is invalid at "/);
  });
});
