import { expect, it } from 'vitest';
import * as folders from './index.js';

it('exports what it says it exports', () => {
  expect(Object.keys(folders).sort()).toMatchInlineSnapshot(`
    [
      "assignSetting",
      "cardOf",
      "DATASET_FILE",
      "DATASET_FORMAT",
      "datasetSchema",
      "foldFolder",
      "historyRecordSchema",
      "isPlainObject",
      "isReserved",
      "listFoldFolders",
      "openDataset",
      "parseYaml",
      "parseYamlDocument",
      "preparedSlideSchema",
      "readHistory",
      "readPreparedClasses",
      "readPreparedRows",
      "readRunConfig",
      "readRunFolds",
      "readTiles",
      "runFiles",
      "slideFiles",
      "tileColumns",
      "TILES_FILE",
    ]
  `);
});
