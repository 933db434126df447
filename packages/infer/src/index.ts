export { cardOf, type RunFold, readPreparedClasses, readPreparedRows, readRunFolds } from '@ftuseg/folders';
export type { PredictBandsOptions, PredictedBand, TileProgress } from './bands/predicted-band.js';
export { estimateTable, type FailedEstimate, type SlideEstimate } from './budget/estimate-table.node.js';
export type { BudgetOptions, Clock } from './budget/time-budget.js';
export { type CalibrateOptions, calibrate } from './calibration/calibrate.node.js';
export { type CalibrateCascadeOptions, calibrateCascade } from './calibration/calibrate-cascade.node.js';
export { formatCalibration } from './calibration/format-calibration.js';
export { formatCascade } from './calibration/format-cascade.js';
export { requireCascade } from './cascade/cascade.js';
export type { CascadeFacts } from './cascade/cascade-facts.js';
export { runsOfClasses } from './evaluation/class-runs.node.js';
export { type ComparedClass, drawMatches } from './evaluation/draw-matches.js';
export {
  type ClassEvaluation,
  type EvaluateOptions,
  type Evaluation,
  evaluatePredictions,
  type HeadlineScores,
} from './evaluation/evaluate.node.js';
export { evaluationRows } from './evaluation/evaluation-rows.js';
export { formatEvaluation } from './evaluation/format-evaluation.js';
export { openPredictions, type Predictions, predictedClasses } from './evaluation/predictions/predictions.node.js';
export { trainingWarnings } from './evaluation/predictions/seen-slides.node.js';
export {
  type ClassCounts,
  type CountedSlide,
  type GroupScore,
  meanScores,
  type ScoreName,
  type Scores,
  type SlideScore,
  type Summary,
  scoresOf,
  type Tally,
} from './evaluation/scores.js';
export { readTruthRuns, type SlideSize, type TruthOfClasses } from './evaluation/truth-runs.node.js';
export type { ColumnRuns } from './level0/column-runs.js';
export type { Level0State } from './level0/level0-thresholder.js';
export { dropOtherModels, type LogitStoreOptions, logitBytes } from './logit-store/logit-store.node.js';
export type { Combination, KnownModel } from './logits/combination.js';
export { keptProbabilities } from './logits/kept-probability.node.js';
export {
  type CombinationScores,
  type ScoreCombinationsOptions,
  scoreCombinations,
} from './logits/score-combinations.node.js';
export type { ScoredCombination } from './logits/score-slide.node.js';
export { calibrationNote } from './model/calibration.js';
export { type Ensemble, ensembleOf, type WeightedModel } from './model/ensemble.js';
export { assertHeldOut, sharedWithTraining, validationRows } from './model/held-out.js';
export { leastAreas } from './model/least-area.js';
export { closeModels, loadModels, type ModelFile } from './model/load-models.node.js';
export type { SegmentationModel } from './model/model.js';
export { type LoadModelOptions, loadModel } from './model/model.node.js';
export { sclerosisClasses } from './outputs/glomerulus-classes.js';
export { type ObjectShape, shapesOf } from './outputs/objects/object-measures.js';
export { type ObjectStatistics, objectStatistics } from './outputs/objects/object-statistics.js';
export { type GeoJsonOptions, geoJsonOf, type PredictedObjects } from './outputs/objects/prediction-geojson.js';
export {
  type DicomOutput,
  dicomOutputs,
  disagreementNames,
  drawnOutputs,
  factsName,
  geoJsonName,
  maskName,
  type OutlineChoice,
  type OutputName,
  objectsName,
  outlineChoices,
  outputNames,
  overlayName,
  probabilityNames,
  reportFile,
  usualOutputs,
} from './outputs/output-names.js';
export { classColours, drawOutlines, type OutlineStyle } from './outputs/overlay.js';
export type { ScaleEstimate } from './outputs/scale-estimate.js';
export { describeScaleEstimate, type ScaledRow, type SizedEstimate, scaleDigits } from './outputs/scale-estimate.js';
export {
  describeSclerosis,
  type Sclerosis,
  type SclerosisCount,
  sclerosisOf,
} from './outputs/sclerosis.js';
export { type SlideFacts, sclerosisCount } from './outputs/slide-facts.js';
export {
  describeFailures,
  type FailedSlide,
  outcomeNotes,
  type PredictedSlide,
  type SlideOutcome,
} from './outputs/slide-outcome.js';
export { type Member, planSlide, type SlidePlan } from './plan/plan.js';
export { predictionNotes } from './plan/prediction-notes.js';
export { layoutTiles, type TileLayout } from './plan/tile-layout.js';
export { viewsByName } from './plan/views.js';
export { type WorkingGrid, workingGrid } from './plan/working-grid.js';
export { predictBands } from './predict/predict-bands.js';
export { type PredictOptions, predictSlide, type SlidePrediction } from './predict/predict-slide.js';
export { checkPrediction, predictTable } from './predict/predict-table.node.js';
export type { SlideProgress } from './predict/progress.js';
export { keptFiles, linkBands } from './predict/share-slide.node.js';
export {
  failureChoices,
  type OnFailure,
  type PredictTableOptions,
  type TablePrediction,
} from './predict/table-options.js';
export { type QuantisedModel, type QuantiseOptions, quantiseModel } from './quantisation/quantise-model.node.js';
export { type DicomResults, type DicomResultsOptions, writeDicomResults } from './results/write-dicom.node.js';
export { type EstimateScaleOptions, estimateScale } from './scale/estimate-scale.js';
export {
  type EstimatedScale,
  type EstimateScalesOptions,
  estimateScales,
  type FailedScale,
  type ScaleEstimates,
} from './scale/estimate-scale.node.js';
export { type Device, devices } from './session/devices.node.js';
export { type RuntimeInfo, runtimeInfo } from './session/runtime-info.node.js';
export type { Arithmetic, BatchShape, Session } from './session/session.js';
export { createNodeSession, type NodeSessionOptions } from './session/session.node.js';
export { crfByName } from './settings/crf-settings.js';
export {
  type MergeName,
  mayShare,
  mergeNames,
  type PredictSettings,
  predictSettingsSchema,
  type ViewName,
  viewNames,
} from './settings/predict-settings.js';
export {
  checkPredictSettings,
  type KnownModels,
  type ResolvedSettings,
  resolveSettings,
} from './settings/resolve-settings.js';
export { refuseUnusedPrediction, takesLikelier } from './settings/unused-settings.js';
export type { ProbabilityBand } from './stitch/merge-members.js';
export { Stitcher } from './stitch/stitch.js';
export { backgroundTestBy } from './tiles/background.js';
export { type Batch, type Normalisation, toBatch } from './tiles/batch.js';
export { NO_PROFILE } from './tiles/member-colours.js';
export { crfCandidates } from './tuning/crf-candidates.js';
export { defaultClasses } from './tuning/default-classes.js';
export { formatTuning } from './tuning/format-tuning.js';
export type { TuningJob } from './tuning/predict-slides.node.js';
export type { SearchStep } from './tuning/search.js';
export { type TunedSlide, type TuneOptions, type Tuning, tune } from './tuning/tune.node.js';
export { type Tunable, type TunedSettings, tunable } from './tuning/tuned-settings.js';
