export { type Batch, type Normalisation, toBatch } from './batch.js';
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
export type {
  ClassCounts,
  CountedSlide,
  GroupScore,
  ScoreName,
  Scores,
  SlideScore,
  Summary,
  Tally,
} from './evaluation/scores.js';
export { readTruthRuns, type SlideSize } from './evaluation/truth-runs.node.js';
export { type LabelOptions, labelsAt } from './labels.js';
export type { SegmentationModel } from './model.js';
export { type LoadModelOptions, loadModel } from './model.node.js';
export { drawOutlines, type OutlineStyle } from './overlay.js';
export { type PredictOptions, predictSlide, type SlidePrediction, type TileProgress } from './predict-slide.js';
export {
  type FailedSlide,
  type PredictedSlide,
  type PredictTableOptions,
  predictTable,
  type SlideOutcome,
  type TablePrediction,
  type TableProgress,
} from './predict-table.node.js';
export { type RuntimeInfo, runtimeInfo } from './runtime-info.node.js';
export type { BatchShape, Session } from './session.js';
export { createNodeSession, type NodeSessionOptions } from './session.node.js';
export { type PredictSettings, predictSettingsSchema, type ResolvedSettings } from './settings.js';
export { Stitcher, type TileLayout } from './stitch.js';
export { layoutTiles } from './tile-source.js';
export { type ViewName, viewNames, viewsByName } from './views.js';
export { type WorkingGrid, workingGrid } from './working-grid.js';
