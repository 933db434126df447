/** What of this package runs in a page: everything but model files, folders and ONNX Runtime's binding for Node. */
export { type Batch, type Normalisation, toBatch } from './batch.js';
export { crfByName } from './crf-settings.js';
export { type Ensemble, ensembleOf, type WeightedModel } from './ensemble.js';
export type { SegmentationModel } from './model.js';
export { type LoadModelBytesOptions, loadModelBytes } from './model.web.js';
export { drawOutlines, type OutlineStyle } from './overlay.js';
export { planSlide, type SlidePlan } from './plan.js';
export { type PredictBandsOptions, type PredictedBand, predictBands, type TileProgress } from './predict-bands.js';
export { type PredictOptions, predictSlide, type SlidePrediction } from './predict-slide.js';
export type { BatchShape, Session } from './session.js';
export {
  createWebSession,
  type WebInferenceSession,
  type WebProvider,
  type WebRuntime,
  type WebSessionOptions,
  type WebTensor,
} from './session.web.js';
export { type PredictSettings, predictSettingsSchema, resolveSettings } from './settings.js';
