/** ConvNeXt, Mix Transformers and the decoders on them against PyTorch modules that share no code with the project. */
import { createHash } from 'node:crypto';
import { mean } from '@ftuseg/core';
import { dispatch, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attentionTypes } from '../src/architectures/attention.js';
import { createEncoder } from '../src/encoders/registry.js';
import { type Layer, layerParameters, type ParameterSpec } from '../src/layers.js';
import { createModel } from '../src/model.js';
import { exportOnnx } from '../src/onnx/export.js';
import { optimizeForCpu } from '../src/onnx/rewriting/optimize-for-cpu.js';
import { type Shape, ShapeOps, summarise } from '../src/shape-ops.js';
import { elementCount } from '../src/state/state.js';
import { TorchOps } from '../src/torch-ops.js';
import fixture from './fixtures/transformers.json' with { type: 'json' };
import { cardFor } from './fixtures.js';
import { hashUniform, maxAbsDifference, referenceState } from './parity-data.js';
import { runOnnx } from './run-onnx.js';
import { load, numbers } from './torch.js';

const { height, width } = fixture;
const image = Float32Array.from(hashUniform('input', 3 * height * width));

interface Summary {
  readonly mean: number;
  readonly std: number;
  readonly first: readonly number[];
}

/** Largest difference of samples and mean, in standard deviations of the reference. */
function deviation(values: readonly number[], expected: Summary): number {
  const step = Math.max(1, Math.floor(values.length / 16));
  const samples = expected.first.map((_, i) => values[i * step] ?? Number.NaN);
  const difference = maxAbsDifference([...samples, mean(values)], [...expected.first, expected.mean]);
  return difference / expected.std;
}

/** As the script that made the fixture describes a state dict. */
function namesOf(parameters: readonly ParameterSpec[]): { entries: number; trained: number; digest: string } {
  const floats = parameters.filter(({ dtype }) => dtype === 'float32');
  const text = floats.map(({ name, shape }) => `${name} ${shape.join('x')}\n`).join('');
  const trained = floats.filter(({ role }) => role === 'parameter');
  return {
    entries: floats.length,
    trained: trained.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    digest: createHash('sha256').update(text).digest('hex'),
  };
}

const parametersOf = (layers: readonly Layer[]): readonly ParameterSpec[] => layers.flatMap(layerParameters);

describe.each(fixture.encoders)('$encoder', ({ encoder: name, entries, trained, digest, features }) => {
  const encoder = createEncoder(name);
  const parameters = parametersOf(encoder.layers);

  it('has the names, shapes and order of its package', () => {
    expect(namesOf(parameters)).toEqual({ entries, trained, digest });
  });

  it.skipIf(!torchAvailable()).each(['contiguous', 'channels_last'] as const)(
    'gives the same feature maps in %s memory (needs libtorch)',
    (memoryFormat) => {
      const state = referenceState({ parameters });
      scope(() =>
        noGrad(() => {
          const ops = new TorchOps<Tensor>(dispatch, load(state), { training: false });
          const [missing, ...maps] = encoder.features(ops, tensor(image, [1, 3, height, width]).to({ memoryFormat }));
          expect(missing).toBeUndefined();
          expect(maps.map((map) => [...(map?.shape ?? [])])).toEqual(features.map(({ shape }) => shape));
          expect(encoder.featureChannels).toEqual([0, ...features.map(({ shape }) => shape[1])]);
          for (const [index, expected] of features.entries()) {
            const map = maps[index];
            if (map === undefined) throw new TypeError(`no map ${index}`);
            expect(deviation(numbers(map), expected)).toBeLessThan(1e-5);
          }
        }),
      );
    },
  );
});

const attention = z.enum(attentionTypes).optional();

describe.each(fixture.networks)('$decoder on $encoder', (network) => {
  const { decoder, encoder, entries, trained, digest, logits } = network;
  const chosen = attention.parse('attention' in network ? network.attention : undefined);
  const model = createModel({ decoder, encoder, classes: 1, attention: chosen });

  it('has the names, shapes and order of segmentation_models.pytorch', () => {
    expect(namesOf(model.parameters)).toEqual({ entries, trained, digest });
  });

  it('gives the same logits through ONNX Runtime, as it is and rewritten for processors', async () => {
    const file = exportOnnx(model, referenceState(model), cardFor(model));
    for (const form of [file, optimizeForCpu(file)]) {
      const { data, shape } = await runOnnx(form, image, [1, 3, height, width]);
      expect(shape).toEqual(logits.shape);
      // Processors round in their own ways: 1.8e-5 with AVX2, less than 1e-5 with AVX-512.
      expect(deviation([...data], logits)).toBeLessThan(5e-5);
    }
  });
});

describe('a transformer in an ONNX file', () => {
  it('takes any size, and keeps the pictures of a batch apart', async () => {
    const model = createModel({ decoder: 'segformer', encoder: 'mit_b0', classes: 1 });
    const file = exportOnnx(model, referenceState(model), cardFor(model));
    const area = 3 * 64 * 32;
    const batch = Float32Array.from(hashUniform('batch', 3 * area));
    const together = await runOnnx(file, batch, [3, 3, 64, 32]);
    expect(together.shape).toEqual([3, 1, 64, 32]);
    for (const index of [0, 1, 2]) {
      const alone = await runOnnx(file, batch.slice(index * area, (index + 1) * area), [1, 3, 64, 32]);
      const part = together.data.subarray(index * 64 * 32, (index + 1) * 64 * 32);
      expect(maxAbsDifference(part, alone.data)).toBeLessThan(1e-5);
    }
  });
});

describe('sizes of transformers', () => {
  const trainedOf = (name: string): number => namesOf(parametersOf(createEncoder(name).layers)).trained;

  it("are timm's and the paper's", () => {
    // timm's count without normalisation and classifier behind the pooling.
    expect(trainedOf('tu-convnext_tiny')).toBe(28_589_128 - 2 * 768 - 769 * 1000);
    expect((trainedOf('mit_b0') / 1e6).toFixed(2)).toBe('3.32');
    expect((trainedOf('mit_b2') / 1e6).toFixed(1)).toBe('24.2');
  });

  it('cost what is published', () => {
    const ops = new ShapeOps();
    createEncoder('tu-convnext_tiny').features<Shape>(ops, [1, 3, 224, 224]);
    // Liu et al. 2022, table 1: 4.5 billion.
    expect(ops.multiplyAdds / 1e9).toBeCloseTo(4.5, 1);
  });

  it('the head of SegFormer convolves maps before it enlarges them', () => {
    const cost = (decoder: string): number =>
      summarise(createModel({ decoder, encoder: 'mit_b0', classes: 1 }), [1, 3, 256, 256]).multiplyAdds;
    const asWritten = 64 * 64 * 1024 * 256;
    expect(cost('segformer')).toBeLessThan(asWritten);
  });
});

describe('a Linknet on a Mix Transformer', () => {
  it('is refused, as in segmentation_models.pytorch, with what there is', () => {
    expect(() => createModel({ decoder: 'linknet', encoder: 'mit_b0', classes: 1 })).toThrow(
      /^decoder: there is no linknet on encoder mit_b0; use attention-unet, fpn, segformer, unet, unet3plus, or another encoder$/,
    );
  });
});
