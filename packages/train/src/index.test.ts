import { expect, it } from 'vitest';
import * as train from './index.js';

it('exports what it says it exports', () => {
  expect(Object.keys(train).sort()).toMatchInlineSnapshot(`
    [
      "augmentPresets",
      "batchMemory",
      "batchOrder",
      "batchWindows",
      "clock",
      "datasetSchema",
      "foldNumbers",
      "formatProgress",
      "groupOf",
      "isGlass",
      "loadSlide",
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
      "renderBatch",
      "resumeRun",
      "runFiles",
      "splitSlides",
      "startLoader",
      "tileFacts",
      "trainConfigSchema",
      "trainPresets",
      "trainRun",
      "writePreview",
    ]
  `);
});
