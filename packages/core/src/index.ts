export { type AreaAxis, AreaStream } from './area-stream.js';
export { type Component, connectedComponents, type LabelImage } from './components.js';
export { type Coverage, coverage } from './coverage.js';
export { crop } from './crop.js';
export { FtuError, type FtuErrorCode, type FtuErrorDetails } from './errors.js';
export { quantileBins, type StratifiedFoldOptions, stratifiedFolds, stratifiedGroupFolds } from './folds.js';
export { addCounts, type DiceSummary, dice, iou, type OverlapCounts, overlapCounts, summariseDice } from './metrics.js';
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
export { createRandom, mixSeeds, type Random } from './random.js';
export { emptyRaster, type PixelData, type Raster, type Rect, raster } from './raster.js';
export { resizeBilinear, resizeNearest } from './resize.js';
export { resampleMask, resizeArea } from './resize-area.js';
export { decodeRle, type RleOptions, rleRuns, summariseRle } from './rle-decode.js';
export { createRleEncoder, encodeRle, type RleEncoder } from './rle-encode.js';
export { createRowRleEncoder, type RowRleEncoder } from './rle-rows.js';
export { crc32c, encodeTfRecord } from './tfrecord.js';
export { type TileGridOptions, tileGrid } from './tiles.js';
export { applyView, invertView, type TestTimeView, viewsD4, viewsFlips, viewsNone } from './views.js';
