export { type BatchIndex, type BatchJob, type BatchMemory, batchMemory, batchWindows, renderBatch } from './batch.js';
export {
  type AugmentConfig,
  augmentSchema,
  parseTrainConfig,
  samplingSchema,
  type TrainConfig,
  type TrainConfigInput,
  trainConfigSchema,
} from './config.js';
export {
  type Dataset,
  type DatasetIndex,
  datasetSchema,
  loadSlide,
  openDataset,
  type PreparedSlide,
} from './dataset.js';
export { type BatchLoader, batchOrder, type LoadedBatch, startLoader } from './loader.js';
export { type TrainOptions, type TrainResult, trainRun } from './loop.js';
export { type PrepareOptions, type PrepareProgress, type PrepareSummary, prepareDataset } from './prepare.js';
export { formatProgress, type TrainProgress } from './progress.js';
export type { SlidePixels } from './render.js';
export { runFiles } from './run-folder.js';
export { splitDataset } from './split.js';
