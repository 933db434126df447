export { KNOWN_NAMES, type NameRule } from './class-names.js';
export {
  type AreaKind,
  applyClasses,
  applyTable,
  type ClassMap,
  type ClassRules,
  type ClassTable,
  channelsOf,
  classTable,
  parseClasses,
  showClasses,
} from './classes.js';
export type { GeoJsonFeature } from './geojson/feature.js';
export { readGeoJson } from './geojson/read-geojson.node.js';
export { createGeoJsonWriter, type GeoJsonWriter } from './geojson/write-geojson.node.js';
export { readLabelImage } from './label-image.js';
export { type ImageLibraryInfo, imageLibraryInfo } from './library-info.js';
export { type OpenSlideOptions, openSlide } from './open-slide.js';
export { type PyramidOptions, writePyramid } from './pyramid/write-pyramid.node.js';
export type { LevelInfo, Slide, SlideInfo, SlideLevel, SlideRegion, SlideRows } from './slide.js';
export { SlideError } from './slide-error.js';
export {
  cellOf,
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
export {
  type NamedRegion,
  readAnnotationLabels,
  readAnnotationRings,
  readAnnotations,
  readRegions,
} from './truth/annotations.js';
export { checkCodes } from './truth/check-codes.js';
export { checkTruths, objectsIn, type SlideTruth } from './truth/check-truths.js';
export { type ClassRowsOptions, readClassRows } from './truth/class-rows.js';
export { classShares } from './truth/class-shares.js';
export { fillPolygons, type LabelledPolygon } from './truth/fill-polygons.js';
export { formatTruths } from './truth/format-report.js';
export type { AnnotatedSlide, AnnotationFormat } from './truth/formats/format.js';
export { annotationFormats } from './truth/formats/registry.js';
export { type PlacedShapes, placeShapes } from './truth/place-shapes.js';
export { type Labels, openTruth, readTruth, type Truth, type TruthRuns } from './truth/read-truth.js';
export { type LeftOutShapes, leftOutReasons, type TruthReport, type UsedShapes } from './truth/report.js';
export type { Shape } from './truth/shape.js';
export { type TruthSource, truthName, truthSource } from './truth/source.js';
export { encodeJpeg, encodePng, svgToPng, writeJpeg, writePng } from './write-image.js';
