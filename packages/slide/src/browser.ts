/**
 * What a page loads: slides from a chosen file or a server, read by the same code as in Node.
 *
 * @example
 * const slide = await openTiffSlide(blobSource(input.files[0]), browserRuntime);
 * const overview = await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 32 });
 */
export { browserRuntime } from './browser-runtime.js';
export { ByteCache } from './cache/byte-cache.js';
export type { SlideRuntime } from './formats/format.js';
export { openSlideFolder, openSource } from './formats/open-source.js';
export { openPicture } from './formats/picture/open-picture.js';
export { openTiffSlide } from './formats/tiff/tiff-slide.js';
export { type CoordinateOrigin, ORIGIN_MEMBER, qupathOrigin } from './geojson/coordinate-origin.js';
export type { GeoJsonFeature } from './geojson/feature.js';
export { collectionText } from './geojson/feature-text.js';
export { nameUuid } from './geojson/name-uuid.js';
export { type DisplayColours, displayColours } from './icc/display-colours.js';
export { recolouredSlide } from './icc/recoloured-slide.js';
export { type ColourChoice, type SlideColours, slideColours } from './icc/slide-colours.js';
export { type ProfileFacts, profileFacts, rgbProfileOf, srgbOf } from './icc/slide-profile.js';
export { halve } from './pyramid/halve.js';
export type {
  PixelColours,
  Slide,
  SlideInfo,
  SlideLevel,
  SlideProperties,
  SlideRegion,
  SlideRows,
  SlideTile,
  StoredBlocks,
} from './slide.js';
export { SlideError } from './slide-error.js';
export { blobFolder } from './source/blob-folder.js';
export { blobSource } from './source/blob-source.js';
export type { ByteSource } from './source/byte-source.js';
export type { FileFolder } from './source/file-folder.js';
export { httpFolder } from './source/http-folder.js';
export { type HttpSource, type HttpSourceOptions, openHttpSource } from './source/http-source.js';
