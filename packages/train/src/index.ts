export {
  assignSetting,
  type Dataset,
  type DatasetIndex,
  datasetSchema,
  type HistoryRecord,
  isPlainObject,
  isReserved,
  openDataset,
  type PlainObject,
  type PreparedSlide,
  parseYaml,
  parseYamlDocument,
  readHistory,
  readTiles,
  runFiles,
  type Tile,
} from '@ftuseg/folders';
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
export { colourFields } from './config/colours.js';
export { presetNames, type TrainConfig, type TrainConfigInput, trainConfigSchema } from './config/config.js';
export { foldNumbers, parseTrainConfig } from './config/parse-config.js';
export { trainPresets } from './config/presets.js';
export { tilingFields } from './config/tiling.js';
export { refuseUnusedTraining, type UnusedSetting, unusedSettings } from './config/unused.js';
export { knownPixels } from './dataset/known-labels.js';
export { loadSlide } from './dataset/load-slide.js';
export type { SlidePixels } from './dataset/slide-pixels.js';
export { UNCERTAIN } from './dataset/soft-targets.js';
export { type FindMoved, openSources, type SourceSlide, type Sources } from './dataset/sources.js';
export { tilesOfRounds } from './hard-negatives/rounds.js';
export { clock, formatProgress, type TrainProgress } from './loop/progress.js';
export { stepBytes } from './network/memory.js';
export { modelSpec } from './network/model-spec.js';
export { type PrepareOptions, prepareDataset } from './prepare/prepare.js';
export type { PrepareProgress, PrepareSummary } from './prepare/prepare-set.js';
export { prepareUnlabelled, type UnlabelledOptions } from './prepare/prepare-unlabelled.js';
export type { ColourOptions } from './prepare/prepared-colours.js';
export { groupsOf, isBackground, isColourlessRaster, type TileFacts, tileFacts } from './prepare/tile-table.js';
export {
  type PseudoLabelledSlide,
  type PseudoLabelOptions,
  type PseudoLabelSummary,
  preparePseudoLabels,
} from './pseudo/prepare-pseudo-labels.js';
export { type PseudoMaskOptions, preparePseudoMasks } from './pseudo/prepare-pseudo-masks.js';
export { type JoinOptions, joinRanks } from './ranks/join.js';
export { type RankPlace, rankPlace } from './ranks/place.js';
export { sliceSize } from './ranks/slice-size.js';
export { TrainingRanks } from './ranks/training-ranks.js';
export { type OneFold, trainOneFold } from './run/one-fold.js';
export { writePreview } from './run/preview.js';
export { type TrainingTime, timeTraining } from './run/time-training.js';
export {
  type JoinFoldsOptions,
  joinFolds,
  type ResumeSettings,
  resumeRun,
  type TrainOptions,
  type TrainResult,
  trainRun,
} from './run/train.js';
export type { FoldResult, OutOfFold } from './run-folder/run-result.js';
export { checkSplit, type PlannedSlide } from './split/check-split.js';
export { type Split, splitSlides } from './split/split.js';
export { checkStart } from './start/check-start.js';
export { type StartFile, startFile, startWords } from './start/start-file.js';
export { type StartSlide, startSlides } from './start/start-slides.js';
