export { ByteCache } from './cache/byte-cache.js';
export type { AreaKind } from './classes/areas.js';
export { KNOWN_NAMES, type NameRule } from './classes/class-names.js';
export { classOrder, inOrderOf } from './classes/class-order.js';
export {
  applyClasses,
  applyTable,
  type ClassMap,
  type ClassRules,
  type ClassTable,
  channelsOf,
  classTable,
  joinedValues,
  parseClasses,
  showClasses,
} from './classes/classes.js';
export { type LevelOptions, type PlannedLevel, USUAL_QUALITY } from './conversion/plan-levels.js';
export type { TileCounts } from './conversion/tile-counts.js';
export type { WrittenLevel, WrittenLevels } from './conversion/write-levels.node.js';
export { type DicomOptions, writeDicom } from './dicom-out/write-dicom.node.js';
export { type Concept, concept, OWN_SCHEME } from './dicom-results/concepts.js';
export { type DicomSource, readDicomSource } from './dicom-results/dicom-source.node.js';
export { isDicomSegmentation } from './dicom-results/reading/result-of-slide.node.js';
export { writeReport } from './dicom-results/report/write-report.node.js';
export {
  type ResultAlgorithm,
  type ResultClass,
  type ResultSeries,
  renamedClasses,
} from './dicom-results/result-elements.js';
export { MAX_REPORT_CORNERS, type ResultObject } from './dicom-results/result-object.js';
export { type WrittenSegmentation, writeSegmentation } from './dicom-results/segmentation/write-segmentation.node.js';
export { writeAnnotations } from './dicom-results/write-annotations.node.js';
export { openSlideLibraryInfo } from './formats/openslide/library.node.js';
export { type CoordinateOrigin, qupathOrigin } from './geojson/coordinate-origin.js';
export type { GeoJsonFeature } from './geojson/feature.js';
export { collectionText } from './geojson/feature-text.js';
export { nameUuid } from './geojson/name-uuid.js';
export { type ReadGeoJsonOptions, readGeoJson } from './geojson/read-geojson.node.js';
export { createGeoJsonWriter, type GeoJsonWriter } from './geojson/write-geojson.node.js';
export { type DisplayColours, displayColours } from './icc/display-colours.js';
export { recolouredSlide } from './icc/recoloured-slide.js';
export { type ColourChoice, type SlideColours, slideColours } from './icc/slide-colours.js';
export { type ProfileFacts, profileFacts, rgbProfileOf, srgbOf } from './icc/slide-profile.js';
export { srgbProfile } from './icc/srgb-profile.node.js';
export { readLabelImage } from './labels/label-image.node.js';
export type { Labels } from './labels/labels.js';
export { type ImageLibraryInfo, imageLibraryInfo } from './library-info.node.js';
export { type OpenSlideOptions, openSlide } from './open-slide.node.js';
export type { PyramidOptions } from './pyramid/pyramid-plan.node.js';
export { halveStrip } from './pyramid/tile-encoder.node.js';
export { type MaskPyramidOptions, maskValues, writeMaskPyramid } from './pyramid/write-mask-pyramid.node.js';
export { writePyramid } from './pyramid/write-pyramid.node.js';
export { type TiffOptions, writeTiff } from './pyramid/write-tiff.node.js';
export type {
  CodedColours,
  Jpeg2000Tile,
  LevelInfo,
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
export { blobSource } from './source/blob-source.js';
export type { ByteSource } from './source/byte-source.js';
export { type HttpSource, type HttpSourceOptions, openHttpSource } from './source/http-source.js';
export { filterRows } from './table/filter-rows.js';
export { isKaggleTest } from './table/folders/slide-folder.node.js';
export { codeOf } from './table/row-code.js';
export {
  type AnnotationOrigin,
  annotationOrigins,
  cellOf,
  type SlideRow,
  type SlideTableOptions,
} from './table/slide-row.js';
export { cellOfScale, pixelScaleOf, scaleOf, scaleOfCell } from './table/slide-scale.js';
export { readSlideTable } from './table/slide-table.node.js';
export {
  type NamedRegion,
  readAnnotationLabels,
  readAnnotationRings,
  readAnnotations,
  readRegions,
} from './truth/annotations.node.js';
export { checkCodes, refuseOtherHeight } from './truth/check-codes.js';
export { checkTruths, objectsIn, type SlideTruth } from './truth/check-truths.js';
export { type ClassRowsOptions, readClassRows } from './truth/class-rows.js';
export { classShares } from './truth/class-shares.js';
export type { AnnotatedSlide, AnnotationFormat } from './truth/formats/format.js';
export { annotationFormats, findFormat } from './truth/formats/registry.node.js';
export { cutShapes } from './truth/placing/cut-shapes.js';
export { fillPolygons, type LabelledPolygon } from './truth/placing/fill-polygons.js';
export { type PlacedShapes, placeShapes } from './truth/placing/place-shapes.js';
export type { Shape } from './truth/placing/shape.js';
export { unstatedOrigin } from './truth/placing/unstated-origin.node.js';
export { openTruth, readTruth, type Truth, type TruthRuns } from './truth/read-truth.js';
export { checkRegions, type PlacedRegions, readRegionLabels } from './truth/regions.node.js';
export { formatTruths } from './truth/report/format-report.js';
export { type LeftOutShapes, leftOutReasons, type TruthReport, type UsedShapes } from './truth/report/report.js';
export { annotatedRow, type TruthSource, truthName, truthSource } from './truth/source.js';
export { encodeJpeg, encodeJpegTile, encodePng, svgToPng, writeJpeg, writePng } from './write-image.node.js';
export { writeZarr, type ZarrLabels, type ZarrOptions } from './zarr-out/write-zarr.node.js';
