import { expect, it } from 'vitest';
import * as infer from './index.js';

it('exports this and nothing else', () => {
  expect(Object.keys(infer).sort()).toMatchInlineSnapshot(`
    [
      "Stitcher",
      "createNodeSession",
      "crfByName",
      "devices",
      "drawMatches",
      "drawOutlines",
      "ensembleOf",
      "estimateTable",
      "evaluatePredictions",
      "evaluationRows",
      "formatEvaluation",
      "layoutTiles",
      "loadModel",
      "mergeNames",
      "openPredictions",
      "outputNames",
      "planSlide",
      "predictBands",
      "predictSettingsSchema",
      "predictSlide",
      "predictTable",
      "readTruthRuns",
      "resolveSettings",
      "runsOfClasses",
      "runtimeInfo",
      "toBatch",
      "viewNames",
      "viewsByName",
      "workingGrid",
    ]
  `);
});
