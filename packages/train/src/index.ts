export type { SlidePixels } from './augment/render.js';
export { type BatchIndex, type BatchJob, type BatchMemory, batchMemory, batchWindows, renderBatch } from './batch.js';
export { checkStart } from './check-start.js';
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
export { readTiles, type Tile } from './data-tiles.js';
export {
  type Dataset,
  type DatasetIndex,
  datasetSchema,
  loadSlide,
  openDataset,
  type PreparedSlide,
} from './dataset.js';
export { modelSpec } from './fold.js';
export { type HistoryRecord, readHistory } from './history.js';
export { type BatchLoader, batchOrder, type LoadedBatch, startLoader } from './loader.js';
export { type PrepareOptions, prepareDataset } from './prepare.js';
export type { PrepareProgress, PrepareSummary } from './prepare-set.js';
export { writePreview } from './preview.js';
export { clock, formatProgress, type TrainProgress } from './progress.js';
export {
  type PseudoLabelledSlide,
  type PseudoLabelOptions,
  type PseudoLabelSummary,
  preparePseudoLabels,
} from './pseudo/prepare-pseudo-labels.js';
export { type PseudoMaskOptions, preparePseudoMasks } from './pseudo/prepare-pseudo-masks.js';
export { runFiles } from './run-folder.js';
export type { FoldResult, OutOfFold } from './run-result.js';
export { openSources, type SourceSlide, type Sources } from './sources.js';
export { type Split, splitSlides } from './split.js';
export { type StartFile, startFile, startWords } from './start-file.js';
export { groupsOf, isColourlessRaster, isGlass, type TileFacts, tileFacts } from './tile-table.js';
export { type TrainingTime, timeTraining } from './time-training.js';
export {
  type ResumeSettings,
  readRunConfig,
  resumeRun,
  type TrainOptions,
  type TrainResult,
  trainRun,
} from './train.js';
export { type HubFile, hubFile, weightsCache } from './weights-hub.js';
