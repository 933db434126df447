export {
  type AppearanceDistance,
  type AppearanceModel,
  type AppearancePart,
  appearanceDistance,
  appearanceParts,
  fitAppearance,
  MIN_APPEARANCE_GROUPS,
  type PartModel,
  type SlideLooks,
} from './appearance/appearance-model.js';
export { SAMPLED_TILES, sampleTiles } from './appearance/sample-tiles.js';
export { APPEARANCE_NUMBERS, COLOUR_NUMBERS, SATURATION, tileAppearance } from './appearance/tile-appearance.js';
export { type CrfContext, createDenseCrf, type DenseCrf, denseCrf, type PreparedCrf } from './crf/dense-crf.js';
export { type BilateralKernel, type CrfOptions, crfHalo, crfPresets, type GaussianKernel } from './crf/options.js';
export type { CropPlacement } from './crf/plane.js';
export { FtuError, type FtuErrorCode, type FtuErrorDetails } from './errors.js';
export {
  decodeNpy,
  encodeNpy,
  type NpyArray,
  type NpyData,
  type NpyDtype,
  type NpyHeader,
  readNpyHeader,
  writeNpyHeader,
} from './formats/npy.js';
export { crc32c, decodeTfRecords, encodeTfRecord } from './formats/tfrecord.js';
export { type Component, connectedComponents, type LabelImage } from './raster/components.js';
export { type Coverage, coverage } from './raster/coverage.js';
export { crop } from './raster/crop.js';
export { memoiseColours, type RecolourPicture } from './raster/memoise-colours.js';
export { addCounts, dice, iou, type OverlapCounts, overlapCounts } from './raster/metrics.js';
export { overviewSize } from './raster/overview-size.js';
export {
  describeScale,
  isPlausible,
  isSquare,
  leavesNothing,
  MAX_ENLARGED,
  MAX_MICRONS,
  MICRONS_RANGE,
  MIN_MICRONS,
  meanMicrons,
  type PixelSize,
  parseScale,
  pixelArea,
  pixelSize,
  plausibilityQuestion,
  requirePlausible,
  type Scale,
  scaleOfSides,
} from './raster/pixel-size.js';
export { emptyRaster, type PixelData, type Raster, type Rect, raster } from './raster/raster.js';
export { reflectIndex } from './raster/reflect.js';
export { type TileGridOptions, tileGrid, wholeTiles } from './raster/tiles.js';
export {
  isColourless,
  isPlain,
  isPlainWhite,
  isWhite,
  LookMeter,
  lookAt,
  type SlideLook,
  STAINED,
  saturationOf,
  stainedShare,
  TISSUE_SHARE,
} from './raster/tissue.js';
export { applyView, invertView, type TestTimeView, viewsD4, viewsNone, viewsReference } from './raster/views.js';
export { requestFailed } from './requests/request-failed.js';
export { isBusy, retryAfter, type Tries, TryAgain, withTries } from './requests/tries.js';
export { type AreaAxis, AreaStream } from './resample/area-stream.js';
export {
  type BilinearAxis,
  type BilinearTaps,
  bilinearRows,
  bilinearTaps,
  stretchTaps,
} from './resample/bilinear-rows.js';
export { enlargeArea } from './resample/enlarge-area.js';
export { resizeBilinear, resizeBilinearFloat, resizeNearest } from './resample/resize.js';
export { resampleMask, resizeArea, resizeAreaFloat } from './resample/resize-area.js';
export { decodeRle } from './rle/rle-decode.js';
export { createRleEncoder, encodeRle, type RleEncoder } from './rle/rle-encode.js';
export { type RleOptions, rleRuns, summariseRle } from './rle/rle-parse.js';
export { createRowRleEncoder, type RowRleEncoder } from './rle/rle-rows.js';
export { intersectCounts, unionRuns } from './runs/combine-runs.js';
export { halveRuns } from './runs/halve-runs.js';
export {
  type CleanOptions,
  cleanObjects,
  dropSmallObjects,
  type ObjectCleaning,
} from './runs/objects/clean-objects.js';
export { ComponentBoxes } from './runs/objects/component-boxes.js';
export { fillHoles } from './runs/objects/fill-holes.js';
export { overlapsOf } from './runs/objects/object-overlaps.js';
export { equivalentDiameter, isWhole } from './runs/objects/object-size.js';
export {
  componentsOf,
  objectsOf,
  type RunComponents,
  type RunObject,
  type RunObjects,
} from './runs/objects/objects.js';
export { perimetersOf } from './runs/objects/perimeters.js';
export { type SplitOptions, splitTouching } from './runs/objects/split-touching.js';
export { joinTouching } from './runs/objects/touching-objects.js';
export { paintRuns } from './runs/paint-runs.js';
export { eachOutline, outlinesOf } from './runs/polygons/outlines.js';
export type { LabelledRings, Ring } from './runs/polygons/polygon.js';
export { coverOf, type PolygonCover } from './runs/polygons/polygon-cover.js';
export { runsOfPolygons } from './runs/polygons/polygon-runs.js';
export { simplifyOutline } from './runs/polygons/simplify-outline.js';
export { createColumnRunEncoder, createRowRunEncoder, type RunEncoder, runsOfRaster } from './runs/raster-runs.js';
export { type RunsOfRleOptions, rleOfRuns, runsOfRle } from './runs/rle-runs.js';
export { type RunMask, RunMaskBuilder } from './runs/run-mask.js';
export { complementRuns, subtractRuns } from './runs/subtract-runs.js';
export { measureStain, normaliseStain } from './stain/normalise.js';
export {
  type MacenkoStatistics,
  type ReinhardStatistics,
  type StainMethod,
  type StainStatistics,
  stainMethods,
  standardStain,
} from './stain/statistics.js';
export { type BootstrapOptions, bootstrapIntervals, type Interval, quantileOf } from './statistics/bootstrap.js';
export {
  CALIBRATION_BINS,
  calibrationError,
  type Forecast,
  logLoss,
} from './statistics/calibration/calibration-error.js';
export { fitIsotonic, type IsotonicModel, isotonicValue } from './statistics/calibration/isotonic-regression.js';
export {
  type Example,
  fitLogistic,
  type LogisticModel,
  logisticProbability,
} from './statistics/calibration/logistic-regression.js';
export { fitTemperature, histogramError, LogitHistogram, tempered } from './statistics/calibration/temperature.js';
export {
  type QuantileOptions,
  quantileBins,
  type StratifiedFoldOptions,
  stratifiedFolds,
  stratifiedGroupFolds,
} from './statistics/folds.js';
export {
  defaultGroupColumn,
  describeShared,
  foldGroupColumn,
  GROUP_COLUMN,
  type GroupedRow,
  groupColumns,
  groupingNote,
  groupValues,
  NO_GROUP,
  type SharedGroups,
  sharedGroups,
} from './statistics/grouping.js';
export { mean } from './statistics/mean.js';
export { createNumpyRandom, type NumpyRandom } from './statistics/numpy-random.js';
export {
  type MatchedObjects,
  type MatchOptions,
  matchObjects,
  type ObjectMatch,
} from './statistics/object-matching.js';
export {
  addObjectCounts,
  type ObjectCounts,
  type ObjectScores,
  objectCounts,
  objectScores,
} from './statistics/object-scores.js';
export { createRandom, mixSeeds, type Random } from './statistics/random.js';
export { wilsonInterval } from './statistics/wilson.js';
export { concatBytes } from './text/concat-bytes.js';
export { counted } from './text/counted.js';
export { type CsvOptions, csvLines, escapeFormula, withoutEscape } from './text/csv-cell.js';
export { listNames } from './text/list-names.js';
export { nameForm } from './text/name-form.js';
export { parseJson } from './text/parse-json.js';
export { isAmbiguous, parseNumber } from './text/parse-number.js';
export { percent } from './text/percent.js';
export { splitUnquoted, unquoted } from './text/split-unquoted.js';
export { editDistance, meant, nearestName } from './text/suggest.js';
export { twoDigits } from './text/two-digits.js';
export { visibleLine, visibleText } from './text/visible-text.js';
export { compileKernels, KernelMemory } from './wasm/kernel-memory.js';
