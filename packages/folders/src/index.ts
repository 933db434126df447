export {
  DATASET_FILE,
  DATASET_FORMAT,
  type Dataset,
  type DatasetIndex,
  datasetSchema,
  openDataset,
  type PreparedSlide,
  preparedSlideSchema,
  slideFiles,
} from './dataset/dataset.js';
export { readPreparedClasses, readPreparedRows } from './dataset/prepared-rows.js';
export { readTiles, TILES_FILE, type Tile, tileColumns } from './dataset/tile-list.js';
export { type ModelFileContent, readModelFile } from './model-file/model-file.js';
export { isStarter, STARTER, STARTER_MODEL } from './model-file/starter.js';
export { type HistoryRecord, historyRecordSchema, readHistory } from './run/history.js';
export { findRunFacts, type RunConfig, type RunFacts, readRunConfig } from './run/run-config.js';
export { foldFolder, listFoldFolders, runFiles } from './run/run-files.js';
export { cardOf, type RunFold, readRunFolds } from './run/run-folds.js';
export { readStainTarget, type StainTargetOptions } from './stain-target/read-stain-target.js';
export {
  assignSetting,
  isPlainObject,
  isReserved,
  OWN_FILE_LIMITS,
  type PlainObject,
  parseYaml,
  parseYamlDocument,
} from './yaml/read-yaml.js';
