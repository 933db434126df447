/**
 * What a page loads: slides from a chosen file or a server, read by the same code as in Node.
 *
 * @example
 * const slide = await openTiffSlide(blobSource(input.files[0]), browserRuntime);
 * const overview = await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 32 });
 */
export { browserRuntime } from './codecs/browser-codecs.js';
export { jpeg2000Decoder } from './codecs/jpeg-2000.js';
export { openPicture } from './formats/picture/open-picture.js';
export { openTiffSlide, type TiffRuntime } from './formats/tiff/tiff-slide.js';
export type { Slide, SlideInfo, SlideLevel, SlideRegion, SlideRows } from './slide.js';
export { SlideError } from './slide-error.js';
export { blobSource } from './source/blob-source.js';
export type { ByteSource } from './source/byte-source.js';
export { type HttpSource, type HttpSourceOptions, openHttpSource } from './source/http-source.js';
