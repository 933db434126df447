import { mean } from '@ftuseg/core';
import { dispatch, noGrad, scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { createModel } from '../src/model.js';
import { TorchOps } from '../src/torch-ops.js';
import fixture from './fixtures/resnet.json' with { type: 'json' };
import { hashUniform, maxAbsDifference, referenceState } from './parity-data.js';
import { load, numbers } from './torch.js';

describe.each(fixture.cases)('$encoder', ({ encoder, parameters, lastKey, features }) => {
  const model = createModel({ decoder: 'unet', encoder, classes: 1 });

  it("has torchvision's names and shapes", () => {
    const own = model.parameters.filter(({ name, dtype }) => name.startsWith('encoder.') && dtype === 'float32');
    expect(own).toHaveLength(parameters);
    expect(own.some(({ name, shape }) => name === lastKey[0] && shape.join() === String(lastKey[1]))).toBe(true);
  });

  it.skipIf(!torchAvailable())('gives the same feature maps (needs libtorch)', () => {
    scope(() =>
      noGrad(() => {
        const ops = new TorchOps<Tensor>(dispatch, load(referenceState(model)), { training: false });
        const image = tensor(Float32Array.from(hashUniform('input', 3 * 64 * 96)), [1, 3, 64, 96]);
        const maps = model.encoder.features(ops, image);
        expect(maps.map((map) => [...(map?.shape ?? [])])).toEqual(features.map(({ shape }) => shape));
        for (const [index, expected] of features.entries()) {
          const values = numbers(maps[index] ?? image);
          const step = Math.max(1, Math.floor(values.length / 16));
          const first = expected.first.map((_, i) => values[i * step] ?? Number.NaN);
          expect(maxAbsDifference(first, expected.first) / expected.std).toBeLessThan(1e-4);
          expect(Math.abs(mean(values) - expected.mean) / expected.std).toBeLessThan(1e-5);
        }
      }),
    );
  });
});
