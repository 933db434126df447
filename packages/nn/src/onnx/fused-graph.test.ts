import { describe, expect, it } from 'vitest';
import { cardFor } from '../../tests/fixtures.js';
import { createModel, type ModelSpec } from '../model.js';
import { initialState } from '../state/initial.js';
import { decodeOnnxModel } from './decode.js';
import { exportOnnx } from './export.js';
import { fusedGraph } from './fused-graph.js';
import type { FusedGraph } from './fused-operations.js';
import { encodeOnnxModel, type OnnxTensor } from './proto.js';

function fileOf(spec: Omit<ModelSpec, 'classes'>, precision: 'float32' | 'float16' = 'float32'): Uint8Array {
  const model = createModel({ ...spec, classes: 1 });
  return exportOnnx(model, initialState(model, 3), cardFor(model), { precision });
}

/** How many operations there are of each kind, with what follows them. */
function kindsOf(graph: FusedGraph | undefined): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const operation of graph?.operations ?? []) {
    const { kind } = operation;
    const name = 'activation' in operation ? `${kind} ${operation.activation.kind}` : kind;
    kinds[name] = (kinds[name] ?? 0) + 1;
  }
  return kinds;
}

describe('fusedGraph', () => {
  it('takes activations, normalisation and bounds into the operations before them', () => {
    expect(kindsOf(fusedGraph(fileOf({ decoder: 'unet', encoder: 'tu-tf_efficientnetv2_b0' })))).toEqual({
      'convolution silu': 54,
      'convolution sigmoid': 16,
      'convolution clamp': 31,
      'add clamp': 15,
      mean: 16,
      scale: 16,
      enlarge: 5,
      join: 4,
    });
    const lite = fusedGraph(fileOf({ decoder: 'linknet', encoder: 'tu-tf_efficientnet_lite0' }));
    expect(kindsOf(lite)).toMatchObject({ 'up-convolution clamp': 5 });
    const bounds = lite?.operations.flatMap((one) =>
      one.kind === 'convolution' && one.activation.kind === 'clamp'
        ? [`${one.activation.low} ${one.activation.high}`]
        : [],
    );
    expect(new Set(bounds)).toEqual(new Set(['0 6', '-Infinity Infinity', '0 Infinity']));
    expect(kindsOf(fusedGraph(fileOf({ decoder: 'unet', encoder: 'resnet18' })))).toMatchObject({ pool: 1 });
    const fpn = kindsOf(fusedGraph(fileOf({ decoder: 'fpn', encoder: 'tu-test_efficientnet' })));
    expect(fpn).toMatchObject({ 'group-norm clamp': 7, stretch: 7, enlarge: 3 });
  });

  it('reads half precision as float32', () => {
    const spec = { decoder: 'unet', encoder: 'tu-test_efficientnet' };
    const [whole, half] = [fusedGraph(fileOf(spec)), fusedGraph(fileOf(spec, 'float16'))];
    expect(kindsOf(half)).toEqual(kindsOf(whole));
    expect([half?.input, half?.output]).toEqual(['image', 'logits']);
  });

  it('names every value that an operation needs before it', () => {
    const graph = fusedGraph(fileOf({ decoder: 'unet', encoder: 'tu-test_efficientnet' }));
    const known = new Set([graph?.input]);
    for (const operation of graph?.operations ?? []) {
      const inputs = 'inputs' in operation ? operation.inputs : [operation.input];
      for (const input of inputs) expect(known).toContain(input);
      known.add(operation.output);
    }
    expect(known).toContain(graph?.output);
  });

  it.each([
    ['another encoder', fileOf({ decoder: 'unet', encoder: 'mit_b0' })],
    ['attention', fileOf({ decoder: 'attention-unet', encoder: 'tu-test_efficientnet' })],
    ['a tile classifier', fileOf({ decoder: 'unet', encoder: 'tu-test_efficientnet', tileClassifier: true })],
    ['nonsense', new TextEncoder().encode('nonsense')],
  ])('is not made of a network with %s', (_, file) => {
    expect(fusedGraph(file)).toBeUndefined();
  });

  it('is not made of a network whose operations do not fit together', () => {
    const model = decodeOnnxModel(fileOf({ decoder: 'unet', encoder: 'resnet18' }));
    if (model === undefined) throw new Error('this is a file of ours');
    const changed = (name: string, change: (tensor: OnnxTensor) => Partial<OnnxTensor>): Uint8Array =>
      encodeOnnxModel({
        ...model,
        initializers: model.initializers.map((one) => (one.name === name ? { ...one, ...change(one) } : one)),
      });
    const convolutions = model.nodes.filter(({ operator }) => operator === 'Conv');
    expect(fusedGraph(changed('', () => ({})))).toBeDefined();
    for (const { inputs } of convolutions) {
      const [, weights = '', bias = ''] = inputs;
      const oneLess = ({ shape, data }: OnnxTensor): Partial<OnnxTensor> => {
        const [out = 0, inside = 0, ...kernel] = shape;
        const size = out * (inside - 1) * kernel.reduce((product, side) => product * side, 1);
        return { shape: [out, inside - 1, ...kernel], data: data.slice(0, size) };
      };
      expect(fusedGraph(changed(weights, oneLess))).toBeUndefined();
      expect(fusedGraph(changed(bias, ({ shape, data }) => ({ shape, data: data.slice(1) })))).toBeUndefined();
    }
    const without = model.nodes.filter(({ operator }) => operator !== 'MaxPool');
    const pool = model.nodes.find(({ operator }) => operator === 'MaxPool');
    const nodes = without.map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => (input === pool?.output ? (pool.inputs[0] ?? '') : input)),
    }));
    expect(fusedGraph(encodeOnnxModel({ ...model, nodes }))).toBeUndefined();
  });
});
