export { cardOf, type RunFold, readPreparedClasses, readPreparedRows, readRunFolds } from '@ftuseg/folders';
export { type Batch, type Normalisation, toBatch } from './batch.js';
export { crfByName } from './crf-settings.js';
export { type Device, devices } from './devices.node.js';
export { estimateTable, type FailedEstimate, type SlideEstimate } from './dry-run.node.js';
export { type Ensemble, ensembleOf, type WeightedModel } from './ensemble.js';
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
export { openPredictions, type Predictions } from './evaluation/predictions.node.js';
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
export { glassTestBy } from './glass.js';
export type { ColumnRuns, LevelZeroState } from './level-zero.js';
export type { Combination, KnownModel } from './logits/combination.js';
export { keptProbabilities } from './logits/kept-probability.node.js';
export { dropOtherModels, type LogitStoreOptions, logitBytes } from './logits/logit-store.node.js';
export {
  type CombinationScores,
  type ScoreCombinationsOptions,
  scoreCombinations,
} from './logits/score-combinations.node.js';
export type { ScoredCombination } from './logits/score-slide.node.js';
export type { ProbabilityBand } from './merge-members.js';
export type { SegmentationModel } from './model.js';
export { type LoadModelOptions, loadModel } from './model.node.js';
export { type OutputName, outputNames } from './output-names.js';
export { drawOutlines, type OutlineStyle } from './overlay.js';
export { type Member, planSlide, type SlidePlan } from './plan.js';
export { type PredictBandsOptions, type PredictedBand, predictBands, type TileProgress } from './predict-bands.js';
export { type PredictOptions, predictSlide, type SlidePrediction } from './predict-slide.js';
export {
  failureChoices,
  type OnFailure,
  type PredictTableOptions,
  predictTable,
  type TablePrediction,
} from './predict-table.node.js';
export type { SlideProgress } from './progress.js';
export { resizeNotes } from './resize-note.js';
export { type RuntimeInfo, runtimeInfo } from './runtime-info.node.js';
export type { BatchShape, Session } from './session.js';
export { createNodeSession, type NodeSessionOptions } from './session.node.js';
export { type PredictSettings, predictSettingsSchema, type ResolvedSettings, resolveSettings } from './settings.js';
export type { SlideFacts } from './slide-facts.js';
export { describeFailures, type FailedSlide, type PredictedSlide, type SlideOutcome } from './slide-outcome.js';
export { Stitcher, type TileLayout } from './stitch.js';
export { layoutTiles } from './tile-layout.js';
export type { BudgetOptions, Clock } from './time-budget.js';
export { crfCandidates } from './tuning/crf-candidates.js';
export { defaultClasses } from './tuning/default-classes.js';
export { formatTuning } from './tuning/format-tuning.js';
export type { TuningJob } from './tuning/predict-slides.node.js';
export type { SearchStep } from './tuning/search.js';
export { type TunedSlide, type TuneOptions, type Tuning, tune } from './tuning/tune.node.js';
export { type Tunable, type TunedSettings, tunable } from './tuning/tuned-settings.js';
export { refuseSeen, sharedWithTraining, validationRows } from './tuning/unseen.js';
export { refuseUnusedPrediction, takesLikelier } from './unused-settings.js';
export { type ViewName, viewNames, viewsByName } from './views.js';
export { type MergeName, mergeNames } from './window.js';
export { type WorkingGrid, workingGrid } from './working-grid.js';
