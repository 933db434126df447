export { missingStarts } from './engine/check-starts.js';
export { formatPlan, type PlannedStep, planRecipe } from './engine/plan.js';
export { resultText } from './engine/result-text.js';
export { type RecipeResult, type RunRecipeOptions, runRecipe } from './engine/run-recipe.js';
export type { StepOutcome } from './engine/step.js';
export {
  type ExportTilesOptions,
  exportTiles,
  type TilesProgress,
  type TilesSummary,
} from './exchange/export-tiles.js';
export { type KaggleMetadata, kaggleLicences } from './exchange/kaggle-metadata.js';
export { type PackageCodeOptions, packageCode } from './exchange/package-code.js';
export { type PackageOptions, type PackageSummary, packageDataset } from './exchange/package-dataset.js';
export { type Publication, type PublishOptions, publishDataset } from './exchange/publish-dataset.js';
export { readTileRecords, type TilePixels } from './exchange/tile-record.js';
export { machineFacts } from './gather/facts.js';
export { type CheckedRecipe, checkRecipe } from './recipe/check-recipe.js';
export { explainRecipe } from './recipe/explain.js';
export { type RecipeFile, readRecipe, recipeJsonSchema } from './recipe/read-recipe.js';
export { type Recipe, type RecipeInput, recipeSchema } from './recipe/schema.js';
export { renderReport } from './report/render-report.js';
export type * from './report/report-data.js';
