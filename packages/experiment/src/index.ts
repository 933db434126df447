export { formatPlan, type PlannedStep, planRecipe } from './engine/plan.js';
export { missingStarts } from './engine/preflight.js';
export { resultText } from './engine/result-text.js';
export { type RecipeResult, type RunRecipeOptions, runRecipe } from './engine/run-recipe.js';
export { type CancelledRun, cancelRun } from './engines/cancel-run.js';
export { requireCode } from './engines/engine-code.js';
export {
  type CancelledQueue,
  type QueueOptions,
  type QueueStatus,
  queueStatus,
  type WorkerStatus,
} from './engines/redis/queue-status.js';
export { type RedisRunOptions, type RedisRunResult, runOnRedis } from './engines/redis/run-on-redis.js';
export {
  isQueueAddress,
  PASSWORD_VARIABLE,
  type QueueAddress,
  readQueueAddress,
} from './engines/redis/server/address.js';
export { serveQueue, type WorkerOptions } from './engines/redis/worker/serve.js';
export { formatStatus, type RunningAttempt, type RunStatus, runStatus } from './engines/run-status.js';
export { type QueuedTask, queuedTasks } from './engines/slurm/queue.js';
export { type SlurmOptions, type Submission, type SubmittedJob, submitToSlurm } from './engines/slurm/submit.js';
export { requireStepDigest } from './engines/step-digests.js';
export { type KaggleMetadata, kaggleLicences } from './exchange/kaggle/kaggle-metadata.js';
export { type PackageCodeOptions, packageCode } from './exchange/kaggle/package-code.js';
export { type PackageOptions, type PackageSummary, packageDataset } from './exchange/kaggle/package-dataset.js';
export { type Publication, type PublishOptions, publishDataset } from './exchange/kaggle/publish-dataset.js';
export { classMapBeside } from './exchange/tiles/class-map-file.js';
export {
  type ExportTilesOptions,
  exportTiles,
  type TilesProgress,
  type TilesSummary,
} from './exchange/tiles/export-tiles.js';
export { readTileRecords, type TilePixels } from './exchange/tiles/tile-record.js';
export { checkRecipe } from './recipe/check-recipe.js';
export { explainRecipe } from './recipe/explain.js';
export { parseRecipe, readRecipe, recipeJsonSchema } from './recipe/read-recipe.js';
export { type RecipeInput, recipeSchema } from './recipe/schema.js';
export { type RunResults, runResults } from './records/run-results.js';
export { machineFacts } from './report/collect/machine-facts.js';
export { renderReport } from './report/render-report.js';
export type * from './report/report-data.js';
export type { Recipe } from './step-kind/recipe.js';
export type { CheckedRecipe, RecipeFile, StepOutcome } from './step-kind/step-kind.js';
export { refuseOtherResults } from './steps/copy/copy-results.js';
export { type CleanedUnits, cleanUnits } from './units/clean-units.js';
export { formatUnits, listUnits } from './units/list-units.js';
export { refuseUnitsAtWork } from './units/living.js';
export { refuseOutside } from './units/refuse-outside.js';
export { readUnitRun, type UnitRun, writeUnitRun } from './units/run-file.js';
export { type RunUnitOptions, runUnit, type UnitOutcome } from './units/run-unit.js';
export { setAsideUnit } from './units/set-aside-unit.js';
export type { UnitOptions } from './units/step-states.js';
export type { Unit, UnitState } from './units/unit.js';
