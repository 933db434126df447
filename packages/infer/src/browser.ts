/** What of this package runs in a page: everything but model files, folders and ONNX Runtime's binding for Node. */

export type { PredictBandsOptions, PredictedBand, TileProgress } from './bands/predicted-band.js';
export { directoryStore, type FolderHandle } from './file-store/directory-store.js';
export type { FileStore } from './file-store/file-store.js';
export { memoryStore } from './file-store/memory-store.js';
export {
  type EstimateOptions,
  estimatePrediction,
  type FittingPrediction,
  fitPrediction,
  type PredictionEstimate,
} from './in-store/estimate/estimate.js';
export { type PredictInStoreOptions, predictInStore, type StoredPrediction } from './in-store/predict-in-store.js';
export { openProbabilityMap, type StoredMap } from './in-store/stored-map.js';
export type { StoreProgress } from './in-store/time-left.js';
export type { PreviewFeature } from './in-store/view/outline-preview.js';
export { type ChosenProvider, chooseProvider } from './model/choose-provider.js';
export { type Ensemble, ensembleOf, type WeightedModel } from './model/ensemble.js';
export type { SegmentationModel } from './model/model.js';
export { type LoadModelBytesOptions, loadModelBytes } from './model/model.web.js';
export { type ModelInWorkersOptions, openModelInWorkers } from './model/model-in-workers.js';
export { sclerosisClasses } from './outputs/glomerulus-classes.js';
export { type ObjectShape, shapesOf } from './outputs/objects/object-measures.js';
export { type ObjectStatistics, objectStatistics } from './outputs/objects/object-statistics.js';
export { type GeoJsonOptions, geoJsonOf, type PredictedObjects } from './outputs/objects/prediction-geojson.js';
export { classColours, drawOutlines, type OutlineStyle } from './outputs/overlay.js';
export type { ScaleEstimate } from './outputs/scale-estimate.js';
export { describeScaleEstimate, type SizedEstimate, scaleDigits } from './outputs/scale-estimate.js';
export { type Sclerosis, sclerosisOf } from './outputs/sclerosis.js';
export { sclerosisCount } from './outputs/slide-facts.js';
export { planSlide, type SlidePlan } from './plan/plan.js';
export { predictBands } from './predict/predict-bands.js';
export { type PredictOptions, predictSlide, type SlidePrediction } from './predict/predict-slide.js';
export { type EstimateScaleOptions, estimateScale } from './scale/estimate-scale.js';
export type { BatchShape, Session } from './session/session.js';
export {
  createWebSession,
  type WebInferenceSession,
  type WebProvider,
  type WebRuntime,
  type WebSessionOptions,
  type WebTensor,
} from './session/session.web.js';
export type { PageWorker, WorkerScope } from './session/workers/page-worker.js';
export { type RuntimeFiles, serveInference } from './session/workers/serve-inference.js';
export { crfByName } from './settings/crf-settings.js';
export { type PredictSettings, predictSettingsSchema } from './settings/predict-settings.js';
export { resolveSettings } from './settings/resolve-settings.js';
export { readOverview } from './tiles/background.js';
export { type Batch, type Normalisation, toBatch } from './tiles/batch.js';
