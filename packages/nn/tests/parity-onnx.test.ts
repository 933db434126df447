import { describe, expect, it } from 'vitest';
import { exportOnnx } from '../src/onnx/export.js';
import { cardFor } from './fixtures.js';
import {
  haveParityData,
  maxAbsDifference,
  parityCases,
  parityModel,
  referenceInput,
  referenceKeys,
  referenceLogits,
  referenceState,
} from './parity-data.js';
import { runOnnx } from './run-onnx.js';

describe.skipIf(!haveParityData)('parity with segmentation_models.pytorch (needs ../shared/data/model-parity)', () => {
  it.each(parityCases)('$decoder on $encoder has the same state dict', (parity) => {
    const { parameters } = parityModel(parity);
    const ours = parameters.filter(({ dtype }) => dtype === 'float32').map(({ name, shape }) => [name, shape]);
    expect(ours).toEqual(referenceKeys(parity));
  });

  it.each(parityCases)('$decoder on $encoder gives the same logits through its ONNX file', async (parity) => {
    const model = parityModel(parity);
    const file = exportOnnx(model, referenceState(model), cardFor(model));
    const logits = await runOnnx(file, referenceInput(parity), [1, 3, parity.height, parity.width]);
    expect(logits.shape).toEqual([1, 1, parity.height, parity.width]);
    // Measured: 3e-7 to 3e-6.
    expect(maxAbsDifference(logits.data, referenceLogits(parity))).toBeLessThan(1e-5);
  });
});
