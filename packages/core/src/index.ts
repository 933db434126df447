export { type AreaAxis, AreaStream } from './area-stream.js';
export { type BilinearAxis, type BilinearTaps, bilinearRows, bilinearTaps } from './bilinear-rows.js';
export { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap.js';
export { type Component, connectedComponents, type LabelImage } from './components.js';
export { type Coverage, coverage } from './coverage.js';
export { type CrfContext, createDenseCrf, type DenseCrf, denseCrf, type PreparedCrf } from './crf/dense-crf.js';
export { type BilateralKernel, type CrfOptions, crfHalo, crfPresets, type GaussianKernel } from './crf/options.js';
export type { CropPlacement } from './crf/plane.js';
export { crop } from './crop.js';
export { enlargeArea } from './enlarge-area.js';
export { FtuError, type FtuErrorCode, type FtuErrorDetails } from './errors.js';
export {
  type QuantileOptions,
  quantileBins,
  type StratifiedFoldOptions,
  stratifiedFolds,
  stratifiedGroupFolds,
} from './folds.js';
export {
  defaultGroupColumn,
  describeShared,
  foldGroupColumn,
  type GroupedRow,
  groupColumns,
  groupingNote,
  groupValues,
  NO_GROUP,
  type SharedGroups,
  sharedGroups,
} from './grouping.js';
export { listNames } from './list-names.js';
export { addCounts, dice, iou, type OverlapCounts, overlapCounts } from './metrics.js';
export {
  decodeNpy,
  encodeNpy,
  type NpyArray,
  type NpyData,
  type NpyDtype,
  type NpyHeader,
  readNpyHeader,
  writeNpyHeader,
} from './npy.js';
export { createNumpyRandom, type NumpyRandom } from './numpy-random.js';
export { type MatchedObjects, type MatchOptions, matchObjects, type ObjectMatch } from './object-matching.js';
export { addObjectCounts, type ObjectCounts, type ObjectScores, objectCounts, objectScores } from './object-scores.js';
export { parseJson } from './parse-json.js';
export { isAmbiguous, parseNumber } from './parse-number.js';
export {
  describeScale,
  isPlausible,
  isSquare,
  LEAST_MICRONS,
  leavesNothing,
  MICRONS_RANGE,
  MOST_ENLARGED,
  MOST_MICRONS,
  meanMicrons,
  type PixelSize,
  parseScale,
  pixelArea,
  pixelSize,
  plausibilityQuestion,
  requirePlausible,
  type Scale,
  scaleOfSides,
} from './pixel-size.js';
export { createRandom, mixSeeds, type Random } from './random.js';
export { emptyRaster, type PixelData, type Raster, type Rect, raster } from './raster.js';
export { requestFailed } from './request-failed.js';
export { resizeBilinear, resizeBilinearFloat, resizeNearest } from './resize.js';
export { resampleMask, resizeArea, resizeAreaFloat } from './resize-area.js';
export { decodeRle } from './rle-decode.js';
export { createRleEncoder, encodeRle, type RleEncoder } from './rle-encode.js';
export { type RleOptions, rleRuns, summariseRle } from './rle-parse.js';
export { createRowRleEncoder, type RowRleEncoder } from './rle-rows.js';
export { type CleanOptions, cleanObjects, type ObjectCleaning } from './runs/clean-objects.js';
export { intersectCounts, unionRuns } from './runs/combine-runs.js';
export { ComponentBoxes } from './runs/component-boxes.js';
export { fillHoles } from './runs/fill-holes.js';
export { objectsOf, type RunObject, type RunObjects } from './runs/objects.js';
export { eachOutline, outlinesOf } from './runs/outlines.js';
export { paintRuns } from './runs/paint-runs.js';
export type { LabelledRings, Ring } from './runs/polygon.js';
export { runsOfPolygons } from './runs/polygon-runs.js';
export { createColumnRunEncoder, createRowRunEncoder, type RunEncoder, runsOfRaster } from './runs/raster-runs.js';
export { type RunsOfRleOptions, rleOfRuns, runsOfRle } from './runs/rle-runs.js';
export { type RunMask, RunMaskBuilder } from './runs/run-mask.js';
export { type SplitOptions, splitTouching } from './runs/split-touching.js';
export { complementRuns, subtractRuns } from './runs/subtract-runs.js';
export { meant, nearestName } from './suggest.js';
export { crc32c, decodeTfRecords, encodeTfRecord } from './tfrecord.js';
export { type TileGridOptions, tileGrid, wholeTiles } from './tiles.js';
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
} from './tissue.js';
export { applyView, invertView, type TestTimeView, viewsD4, viewsNone, viewsReference } from './views.js';
export { visibleLine, visibleText } from './visible-text.js';
