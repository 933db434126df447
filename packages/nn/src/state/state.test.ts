import { describe, expect, it } from 'vitest';
import { encoderNames } from '../encoders/registry.js';
import { createModel } from '../model.js';
import { assertState, checkState, conformState } from './check.js';
import { bfloat16ToFloat32, float16ToFloat32 } from './half.js';
import { initialState } from './initial.js';
import { recogniseEncoder } from './recognise.js';
import { type StateDict, type StateTensor, toFloat32 } from './state.js';

const unet = (encoder: string, classes = 1) => createModel({ decoder: 'unet', encoder, classes });
const b0 = unet('timm-efficientnet-b0');
const b0State = initialState(b0, 1);

/** A state with the right shapes and no numbers worth drawing. */
function blank(encoder: string): StateDict {
  return new Map(
    unet(encoder).parameters.map(({ name, shape }) => [name, { dtype: 'float32', shape, data: new Float32Array(0) }]),
  );
}

function moments(values: Float32Array): { mean: number; std: number; largest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance), largest: values.reduce((top, x) => Math.max(top, Math.abs(x)), 0) };
}

function floats(state: StateDict, name: string): Float32Array {
  const tensor = state.get(name);
  if (tensor === undefined) throw new TypeError(name);
  return toFloat32(tensor);
}

describe('half precision', () => {
  it('widens float16', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x7e00, 0x3555, 0x8000);
    const expected = [1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, NaN, 0.333251953125, -0];
    expect([...float16ToFloat32(bits)]).toEqual(expected);
  });

  it('widens bfloat16', () => {
    const bits = Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x3eab);
    expect([...bfloat16ToFloat32(bits)]).toEqual([1, -2, Infinity, 0.333984375]);
  });

  it('refuses integers as weights', () => {
    expect(() => toFloat32({ dtype: 'uint8', shape: [1], data: Uint8Array.of(1) }, 'a')).toThrow(
      /^a: a tensor of type uint8/,
    );
  });
});

describe('initialState', () => {
  it('is the same for a seed and another for another', () => {
    const name = 'segmentation_head.0.weight';
    expect(floats(initialState(b0, 1), name)).toEqual(floats(b0State, name));
    expect(floats(initialState(b0, 2), name)).not.toEqual(floats(b0State, name));
    expect(floats(b0State, name).subarray(0, 3)).toMatchInlineSnapshot(`
      Float32Array [
        -0.15101975202560425,
        -0.11181871592998505,
        0.1409425139427185,
      ]
    `);
  });

  it('draws the reference distributions', () => {
    const encoder = moments(floats(b0State, 'encoder.blocks.6.0.conv_pw.weight'));
    expect(encoder.std / Math.sqrt(2 / 1152)).toBeCloseTo(1, 2);
    const depthwise = moments(floats(b0State, 'encoder.blocks.6.0.conv_dw.weight'));
    expect(depthwise.std / Math.sqrt(2 / 9)).toBeCloseTo(1, 1);
    const bound = Math.sqrt(6 / (432 * 9));
    const decoder = moments(floats(b0State, 'decoder.blocks.0.conv1.0.weight'));
    expect(decoder.std / (bound / Math.sqrt(3))).toBeCloseTo(1, 2);
    expect(decoder.largest).toBeLessThanOrEqual(bound);
    expect(decoder.largest).toBeGreaterThan(0.999 * bound);
    const head = moments(floats(b0State, 'segmentation_head.0.weight'));
    expect(head.largest).toBeLessThanOrEqual(Math.sqrt(6 / (16 * 9 + 9)));
    expect(floats(b0State, 'encoder.bn1.weight').every((x) => x === 1)).toBe(true);
    expect(floats(b0State, 'encoder.bn1.running_mean').every((x) => x === 0)).toBe(true);
    expect(floats(b0State, 'segmentation_head.0.bias')).toEqual(Float32Array.of(0));
  });

  it('fits its model', () => {
    expect(checkState(b0, b0State)).toEqual({ missing: [], unexpected: [], mismatched: [] });
  });
});

describe('assertState', () => {
  it('names the encoder that the file looks like, in one sentence', () => {
    expect(() => assertState(unet('timm-efficientnet-b4'), b0State, { subject: 'w.safetensors' })).toThrow(
      /^w\.safetensors: the weights do not belong to decoder unet, encoder timm-efficientnet-b4, 1 class: \d+ missing \(encoder\..*, encoder\..*, \.\.\.\); \d+ of another shape \(encoder\.conv_stem\.weight is float32 \[32, 3, 3, 3\], not float32 \[48, 3, 3, 3\], .*; the file looks like encoder timm-efficientnet-b0: ask for that one$/,
    );
  });

  it.each(encoderNames())('recognises %s', (encoder) => {
    expect(recogniseEncoder(blank(encoder))).toEqual([encoder]);
  });

  it('tells the layouts of an encoder apart', () => {
    const encoder = 'tu-tf_efficientnet_b0';
    const keras = createModel({ decoder: 'unet', encoder, layout: 'keras', classes: 1 });
    const state = initialState(keras, 1);
    expect(recogniseEncoder(state)).toEqual([encoder]);
    expect(() => assertState(unet(encoder), state)).toThrow(
      /the file looks like encoder tu-tf_efficientnet_b0 in the layout keras: ask for that one$/,
    );
    expect(() => assertState(keras, initialState(unet(encoder), 1))).toThrow(
      /encoder tu-tf_efficientnet_b0, layout keras, 1 class: .* in the layout pytorch: ask for that one$/,
    );
  });

  it('says when only the number of classes differs', () => {
    expect(() => assertState(unet('timm-efficientnet-b0', 3), b0State)).toThrow(/made for 1 class: ask for that many/);
  });

  it('says when a wrapper has prefixed every name', () => {
    const wrapped = new Map([...b0State].map(([name, tensor]) => [`module.${name}`, tensor] as const));
    expect(() => assertState(b0, wrapped)).toThrow(/carry the prefix "module\."/);
  });

  it('refuses an empty state and integers where floats belong', () => {
    expect(() => assertState(b0, new Map())).toThrow(
      /missing \(encoder\.conv_stem\.weight, encoder\.bn1\.weight, \.\.\.\)/,
    );
    const bias: StateDict = new Map(b0State);
    bias.set('segmentation_head.0.bias', { dtype: 'int32', shape: [1], data: Int32Array.of(0) });
    expect(checkState(b0, bias).mismatched).toEqual([
      { name: 'segmentation_head.0.bias', expected: 'float32 [1]', actual: 'int32 [1]' },
    ]);
  });
});

describe('weights that are no numbers', () => {
  it.each<StateTensor>([
    { dtype: 'float32', shape: [1], data: Float32Array.of(Number.NaN) },
    { dtype: 'float32', shape: [1], data: Float32Array.of(Number.NEGATIVE_INFINITY) },
    { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x7fc0) },
    { dtype: 'float16', shape: [1], data: Uint16Array.of(0x7c00) },
  ])('are refused: $dtype $data', (bias) => {
    const state: StateDict = new Map(b0State);
    state.set('segmentation_head.0.bias', bias);
    expect(() => assertState(b0, state, { subject: 'x' })).toThrow(
      'x: the weight segmentation_head.0.bias holds NaN or infinity',
    );
  });
});

describe('conformState', () => {
  it('orders, widens and completes a state as PyTorch would accept it', () => {
    const loose: StateDict = new Map([...b0State].reverse().filter(([name]) => !name.endsWith('num_batches_tracked')));
    loose.set('segmentation_head.0.bias', { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x3f80) });
    const conformed = conformState(b0, loose);
    expect([...conformed.keys()]).toEqual(b0.parameters.map(({ name }) => name));
    expect(conformed.get('segmentation_head.0.bias')).toEqual({
      dtype: 'float32',
      shape: [1],
      data: Float32Array.of(1),
    });
    expect(conformed.get('encoder.bn1.num_batches_tracked')?.data).toEqual(BigInt64Array.of(0n));
    expect(conformed.get('encoder.bn1.weight')?.data).toBe(loose.get('encoder.bn1.weight')?.data);
  });
});
