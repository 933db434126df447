export { FtuError, type FtuErrorCode, type FtuErrorDetails } from './errors.js';
export { createRandom, mixSeeds, type Random } from './random.js';
export { emptyRaster, type PixelData, type Raster, type Rect, raster } from './raster.js';
