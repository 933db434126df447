import { expect, it } from 'vitest';
import * as folders from './index.js';

it('exports what it says it exports', () => {
  expect(Object.keys(folders).sort()).toMatchInlineSnapshot(`
    [
      "DATASET_FILE",
      "DATASET_FORMAT",
      "OWN_FILE_LIMITS",
      "STARTER",
      "STARTER_MODEL",
      "TILES_FILE",
      "assignSetting",
      "cardOf",
      "datasetSchema",
      "findRunFacts",
      "foldFolder",
      "historyRecordSchema",
      "isPlainObject",
      "isReserved",
      "isStarter",
      "listFoldFolders",
      "openDataset",
      "parseYaml",
      "parseYamlDocument",
      "preparedSlideSchema",
      "readHistory",
      "readModelFile",
      "readPreparedClasses",
      "readPreparedRows",
      "readRunConfig",
      "readRunFolds",
      "readStainTarget",
      "readTiles",
      "runFiles",
      "slideFiles",
      "tileColumns",
    ]
  `);
});
