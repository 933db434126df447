export type { SlidePixels } from './augment/render.js';
export {
  type BatchIndex,
  type BatchJob,
  type BatchMemory,
  batchMemory,
  batchWindows,
  renderBatch,
} from './batches/batch.js';
export { type BatchLoader, batchOrder, type LoadedBatch, startLoader } from './batches/loader.js';
export { type AugmentConfig, augmentPresets } from './config/augment.js';
export {
  foldNumbers,
  parseTrainConfig,
  type TrainConfig,
  type TrainConfigInput,
  trainConfigSchema,
} from './config/config.js';
export { presetNames, trainPresets } from './config/presets.js';
export {
  assignSetting,
  isPlainObject,
  isReserved,
  type PlainObject,
  parseYaml,
  parseYamlDocument,
} from './config/read-yaml.js';
export { tilingFields } from './config/tiling.js';
export { refuseUnusedTraining, type UnusedSetting, unusedSettings } from './config/unused.js';
export { readTiles, type Tile } from './dataset/data-tiles.js';
export {
  type Dataset,
  type DatasetIndex,
  datasetSchema,
  loadSlide,
  openDataset,
  type PreparedSlide,
} from './dataset/dataset.js';
export { openSources, type SourceSlide, type Sources } from './dataset/sources.js';
export { modelSpec } from './loop/fold.js';
export { clock, formatProgress, type TrainProgress } from './loop/progress.js';
export { type PrepareOptions, prepareDataset } from './prepare/prepare.js';
export type { PrepareProgress, PrepareSummary } from './prepare/prepare-set.js';
export { groupsOf, isColourlessRaster, isGlass, type TileFacts, tileFacts } from './prepare/tile-table.js';
export {
  type PseudoLabelledSlide,
  type PseudoLabelOptions,
  type PseudoLabelSummary,
  preparePseudoLabels,
} from './pseudo/prepare-pseudo-labels.js';
export { type PseudoMaskOptions, preparePseudoMasks } from './pseudo/prepare-pseudo-masks.js';
export { writePreview } from './run/preview.js';
export { type TrainingTime, timeTraining } from './run/time-training.js';
export {
  type ResumeSettings,
  readRunConfig,
  resumeRun,
  type TrainOptions,
  type TrainResult,
  trainRun,
} from './run/train.js';
export { type HistoryRecord, readHistory } from './run-folder/history.js';
export { runFiles } from './run-folder/run-folder.js';
export type { FoldResult, OutOfFold } from './run-folder/run-result.js';
export { type Split, splitSlides } from './split/split.js';
export { checkStart } from './start/check-start.js';
export { type StartFile, startFile, startWords } from './start/start-file.js';
export { type HubFile, hubFile, weightsCache } from './start/weights-hub.js';
