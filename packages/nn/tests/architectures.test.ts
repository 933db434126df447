/** One body for every architecture: whatever is registered has to pass it. */
import { dispatch, manualSeed, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { few } from '../../../tests/long.js';
import { decoderNames, decoderRunsOn } from '../src/architectures/registry.js';
import { createModel, type Model, type ModelSpec } from '../src/model.js';
import { exportOnnx } from '../src/onnx/export.js';
import { readSafetensors } from '../src/safetensors/read.js';
import { writeSafetensors } from '../src/safetensors/write.js';
import { summarise } from '../src/shape-ops.js';
import { conformState } from '../src/state/check.js';
import { initialState } from '../src/state/initial.js';
import { TorchOps } from '../src/torch-ops.js';
import { cardFor } from './fixtures.js';
import { hashUniform, maxAbsDifference, referenceState } from './parity-data.js';
import { runOnnx } from './run-onnx.js';
import { load, numbers } from './torch.js';

const encoders = ['timm-efficientnet-b0', 'tu-tf_efficientnet_lite0', 'resnet18', 'mit_b0'];

/** Heads that training adds, on the maps of all scales. */
const everyHead = { classes: 2, hypercolumns: true, deepSupervision: true, tileClassifier: true };

/** The fewest weights, so that they are made and written fastest. */
const smallest = 'tu-tf_efficientnet_lite0';

/** Every option somewhere, and each by itself. */
const withOptions: readonly ModelSpec[] = [
  ...(['scse', 'cbam'] as const).flatMap((attention) =>
    decoderNames().map((decoder) => ({ decoder, encoder: smallest, classes: 1, attention })),
  ),
  ...decoderNames().map((decoder) => ({ decoder, encoder: smallest, ...everyHead })),
  ...decoderNames('keras').map((decoder) => ({
    decoder,
    encoder: 'tu-tf_efficientnet_b0',
    layout: 'keras' as const,
    ...everyHead,
  })),
  { decoder: 'unet', encoder: 'resnet50', classes: 1 },
  { decoder: 'unet', encoder: 'se_resnext50_32x4d', classes: 1 },
  { decoder: 'unet', encoder: 'tu-tf_efficientnetv2_b0', classes: 1 },
  { decoder: 'segformer', encoder: 'tu-convnext_tiny', classes: 1 },
  { decoder: 'unet', encoder: 'mit_b0', classes: 1, attention: 'cbam' },
];

const plain: readonly ModelSpec[] = decoderNames().flatMap((decoder) =>
  encoders.filter((encoder) => decoderRunsOn(decoder, encoder)).map((encoder) => ({ decoder, encoder, classes: 2 })),
);

const specs = few([...plain, ...withOptions], 4).map((spec): readonly [string, ModelSpec] => {
  const { decoder, encoder, classes, ...options } = spec;
  const chosen = Object.entries(options).map(([name, value]) => (value === true ? name : value));
  return [[decoder, encoder, `${classes} classes`, ...chosen].join(', '), spec];
});

const shape = [2, 3, 64, 96] as const;
const input = Float32Array.from(hashUniform('input', 2 * 3 * 64 * 96));

const logitsOf = (model: Model, state: ReadonlyMap<string, Tensor>): number[] =>
  scope(() =>
    noGrad(() =>
      numbers(model.forward(new TorchOps<Tensor>(dispatch, state, { training: false }), tensor(input, shape))),
    ),
  );

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

describe.each(specs)('%s', (_, spec) => {
  const model = createModel(spec);
  let random: ReturnType<typeof initialState>;
  beforeAll(() => {
    random = initialState(model, 3);
  });

  it('keeps the size of its input, names every parameter once, and says what to pad to', () => {
    expect(summarise(model, shape).output).toEqual([2, spec.classes, 64, 96]);
    const names = model.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(() => summarise(model, [1, 3, 250, 257])).toThrow(
      'an input of 250 x 257 pixels is not a multiple of 32; pad it to 256 x 288',
    );
  });

  it('comes back from a file as it went', () => {
    const back = conformState(model, readSafetensors(writeSafetensors(random, {}), 'test').state);
    expect([...back.keys()]).toEqual(model.parameters.map(({ name }) => name));
    for (const [name, { dtype, shape, data }] of random) {
      const found = back.get(name);
      expect([name, found?.dtype, found?.shape]).toEqual([name, dtype, shape]);
      // Not `toEqual`: it compares typed arrays value by value, for minutes.
      expect(bytesOf(found?.data ?? data.subarray(0, 0)).equals(bytesOf(data))).toBe(true);
    }
  });

  it.skipIf(!torchAvailable())('gives every parameter a gradient (needs libtorch)', () => {
    scope(() => {
      manualSeed(2);
      const state = load(random);
      const trainable = model.parameters.filter(({ role }) => role === 'parameter').map(({ name }) => name);
      for (const name of trainable) state.get(name)?.setRequiresGrad();
      const ops = new TorchOps<Tensor>(dispatch, state, { training: true });
      const { logits, auxiliary, tile } = model.forwardAll(
        ops,
        tensor(input, shape).to({ memoryFormat: 'channels_last' }),
      );
      expect(logits.shape).toEqual([2, spec.classes, 64, 96]);
      expect(auxiliary.length > 0).toBe(spec.deepSupervision ?? false);
      expect(tile?.shape).toEqual(spec.tileClassifier ? [2, spec.classes, 1, 1] : undefined);
      const outputs = [logits, ...auxiliary, ...(tile === undefined ? [] : [tile])];
      const losses = outputs.map((output) => dispatch('mean', dispatch('square', output)));
      losses.reduce((sum, loss) => dispatch('add.Tensor', sum, loss)).backward();
      const without = trainable.filter((name) => state.get(name)?.grad === undefined);
      expect(without).toEqual(trainable.filter((name) => model.idle.has(name)));
    });
  });

  it.skipIf(!torchAvailable())('predicts the same through its ONNX file (needs libtorch)', async () => {
    const state = referenceState(model);
    const expected = logitsOf(model, load(state));
    const actual = await runOnnx(exportOnnx(model, state, cardFor(model)), input, shape);
    expect(actual.shape).toEqual([2, spec.classes, 64, 96]);
    const largest = Math.max(...expected.map(Math.abs));
    expect(maxAbsDifference(actual.data, expected) / Math.max(1, largest)).toBeLessThan(1e-5);
  });
});
