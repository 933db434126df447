import { expect, it } from 'vitest';
import * as nn from './index.js';

it('exports what it promises, and nothing by accident', () => {
  expect(Object.keys(nn).sort()).toMatchInlineSnapshot(`
    [
      "Liveness",
      "OnnxOps",
      "ShapeOps",
      "TorchOps",
      "assertState",
      "attentionTypes",
      "checkState",
      "conformState",
      "createEncoder",
      "createModel",
      "decoderNames",
      "elementCount",
      "encoderNames",
      "encoderStateFromLite0Npz",
      "exportOnnx",
      "float16ToFloat32",
      "float32ToFloat16",
      "forProcessor",
      "initialState",
      "layerParameters",
      "layouts",
      "lite0NpzNormalisation",
      "modelCardFormat",
      "modelCardSchema",
      "modelSpecOf",
      "nearestName",
      "parseModelCard",
      "precisions",
      "publishedWeights",
      "readModelCard",
      "readNpz",
      "readSafetensors",
      "recogniseEncoder",
      "resizeMethods",
      "summarise",
      "toFloat32",
      "writeSafetensors",
    ]
  `);
});
