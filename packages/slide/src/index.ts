export { applyClasses, type ClassMap, type ClassTable, classTable, parseClasses } from './classes.js';
export { type CsvRow, type CsvTable, readCsv, writeCsv } from './csv.js';
export { ioError, SlideError } from './errors.js';
export {
  type FolderLock,
  inLockedFolder,
  type LockOptions,
  lockFileName,
  lockFolder,
} from './folder-lock/lock-folder.js';
export type { GeoJsonFeature } from './geojson/feature.js';
export { readGeoJson } from './geojson/read-geojson.node.js';
export { createGeoJsonWriter, type GeoJsonWriter } from './geojson/write-geojson.node.js';
export { readLabelImage } from './label-image.js';
export { removeLeftovers } from './leftovers.js';
export { type ImageLibraryInfo, imageLibraryInfo } from './library-info.js';
export { makeFolder } from './make-folder.js';
export { type OpenSlideOptions, openSlide } from './open-slide.js';
export { forgetPending, isWritingWhole, rememberPending, removePending } from './pending.js';
export { type PyramidOptions, writePyramid } from './pyramid/write-pyramid.node.js';
export { readRegularFile, readRegularText, statRegularFile } from './regular-file.js';
export type { LevelInfo, Slide, SlideInfo, SlideLevel, SlideRegion, SlideRows } from './slide.js';
export {
  filterRows,
  isKaggleTest,
  pixelScaleOf,
  readSlideTable,
  type SlideRow,
  type SlideTableOptions,
  scaleOf,
  scaleOfCell,
} from './slide-table.js';
export { blobSource } from './source/blob-source.js';
export type { ByteSource } from './source/byte-source.js';
export { type HttpSource, type HttpSourceOptions, openHttpSource } from './source/http-source.js';
export { temporaryName } from './temporary-name.js';
export { type NamedRegion, readAnnotationRings, readAnnotations, readRegions } from './truth/annotations.js';
export { checkCodes } from './truth/check-codes.js';
export { type ClassRowsOptions, readClassRows } from './truth/class-rows.js';
export { classShares } from './truth/class-shares.js';
export { fillPolygons, type LabelledPolygon } from './truth/fill-polygons.js';
export { openTruth, readTruth, type Truth } from './truth/read-truth.js';
export { writeAtomically, writeFileAtomic } from './write-file.js';
export { encodeJpeg, encodePng, svgToPng, writeJpeg, writePng } from './write-image.js';
