import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createModel } from '../src/model.js';
import { exportOnnx } from '../src/onnx/export.js';
import { cardFor } from './fixtures.js';
import {
  haveParityData,
  maxAbsDifference,
  parityCases,
  referenceInput,
  referenceKeys,
  referenceLogits,
  referenceState,
} from './parity-data.js';

describe.skipIf(!haveParityData)('parity with segmentation_models.pytorch (needs ../shared/data/model-parity)', () => {
  it.each(parityCases)('$encoder has the same state dict', (parity) => {
    const { parameters } = createModel({ decoder: 'unet', encoder: parity.encoder, classes: 1 });
    const ours = parameters.filter(({ dtype }) => dtype === 'float32').map(({ name, shape }) => [name, shape]);
    expect(ours).toEqual(referenceKeys(parity));
  });

  it.each(parityCases)('$encoder gives the same logits through its ONNX file', async (parity) => {
    const model = createModel({ decoder: 'unet', encoder: parity.encoder, classes: 1 });
    const session = await ort.InferenceSession.create(exportOnnx(model, referenceState(model), cardFor(model)));
    const image = new ort.Tensor('float32', referenceInput(parity), [1, 3, parity.height, parity.width]);
    const { logits } = await session.run({ image });
    await session.release();
    expect(logits?.dims).toEqual([1, 1, parity.height, parity.width]);
    const difference = maxAbsDifference(logits?.data as Float32Array, referenceLogits(parity));
    console.log(`ONNX ${parity.encoder}: largest difference ${difference.toExponential(2)}`);
    expect(difference).toBeLessThan(1e-4);
  });
});
