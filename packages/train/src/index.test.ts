import { expect, it } from 'vitest';
import * as train from './index.js';

it('exports what it says it exports', () => {
  expect(Object.keys(train).sort()).toMatchInlineSnapshot(`
    [
      "augmentPresets",
      "batchMemory",
      "batchOrder",
      "batchWindows",
      "checkStart",
      "clock",
      "datasetSchema",
      "foldNumbers",
      "formatProgress",
      "groupOf",
      "hubFile",
      "isGlass",
      "loadSlide",
      "modelSpec",
      "openDataset",
      "openSources",
      "parseTrainConfig",
      "prepareDataset",
      "preparePseudoLabels",
      "preparePseudoMasks",
      "presetNames",
      "readHistory",
      "readRunConfig",
      "readTiles",
      "refuseUnusedTraining",
      "renderBatch",
      "resumeRun",
      "runFiles",
      "splitSlides",
      "startFile",
      "startLoader",
      "startWords",
      "tileFacts",
      "timeTraining",
      "trainConfigSchema",
      "trainPresets",
      "trainRun",
      "weightsCache",
      "writePreview",
    ]
  `);
});
