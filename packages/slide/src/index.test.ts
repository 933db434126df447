import { expect, it } from 'vitest';

it('exports what the floors above rely on', async () => {
  expect(Object.keys(await import('./index.js')).sort()).toMatchInlineSnapshot(`
    [
      "SlideError",
      "applyClasses",
      "blobSource",
      "checkCodes",
      "classShares",
      "classTable",
      "createGeoJsonWriter",
      "encodeJpeg",
      "encodePng",
      "fillPolygons",
      "filterRows",
      "imageLibraryInfo",
      "ioError",
      "isKaggleTest",
      "makeFolder",
      "openHttpSource",
      "openSlide",
      "openTruth",
      "parseClasses",
      "readAnnotationRings",
      "readAnnotations",
      "readClassRows",
      "readCsv",
      "readGeoJson",
      "readLabelImage",
      "readRegions",
      "readSlideTable",
      "readTruth",
      "scaleOf",
      "svgToPng",
      "writeAtomically",
      "writeCsv",
      "writeFileAtomic",
      "writeJpeg",
      "writePng",
      "writePyramid",
    ]
  `);
});
