import { expect, it } from 'vitest';
import * as train from './index.js';

it('exports what it says it exports', () => {
  expect(Object.keys(train).sort()).toMatchInlineSnapshot(`
    [
      "augmentSchema",
      "batchMemory",
      "batchOrder",
      "batchWindows",
      "datasetSchema",
      "formatProgress",
      "loadSlide",
      "openDataset",
      "parseTrainConfig",
      "prepareDataset",
      "renderBatch",
      "runFiles",
      "samplingSchema",
      "splitDataset",
      "startLoader",
      "trainConfigSchema",
      "trainRun",
    ]
  `);
});
