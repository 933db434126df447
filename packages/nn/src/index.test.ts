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
      "checkSchema",
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
      "inspectOnnx",
      "layerParameters",
      "layouts",
      "lite0NpzNormalisation",
      "modelCardFormat",
      "modelCardSchema",
      "modelSpecOf",
      "parseModelCard",
      "precisions",
      "problemText",
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
