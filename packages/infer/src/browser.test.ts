import { expect, it } from 'vitest';
import * as browser from './browser.js';

it('exports this and nothing else', () => {
  expect(Object.keys(browser).sort()).toMatchInlineSnapshot(`
    [
      "chooseProvider",
      "classColours",
      "createWebSession",
      "crfByName",
      "describeScaleEstimate",
      "directoryStore",
      "drawOutlines",
      "ensembleOf",
      "estimatePrediction",
      "estimateScale",
      "fitPrediction",
      "geoJsonOf",
      "loadModelBytes",
      "memoryStore",
      "objectStatistics",
      "openModelInWorkers",
      "openProbabilityMap",
      "planSlide",
      "predictBands",
      "predictInStore",
      "predictSettingsSchema",
      "predictSlide",
      "readOverview",
      "resolveSettings",
      "scaleDigits",
      "sclerosisClasses",
      "sclerosisCount",
      "sclerosisOf",
      "serveInference",
      "shapesOf",
      "toBatch",
    ]
  `);
});
