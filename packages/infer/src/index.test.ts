import { expect, it } from 'vitest';
import * as infer from './index.js';

it('exports this and nothing else', () => {
  expect(Object.keys(infer).sort()).toMatchInlineSnapshot(`
    [
      "Stitcher",
      "cardOf",
      "createNodeSession",
      "crfByName",
      "crfCandidates",
      "defaultClasses",
      "devices",
      "drawMatches",
      "drawOutlines",
      "ensembleOf",
      "estimateTable",
      "evaluatePredictions",
      "evaluationRows",
      "formatEvaluation",
      "formatTuning",
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
      "readPreparedRows",
      "readRunFolds",
      "readTruthRuns",
      "refuseSeen",
      "resolveSettings",
      "runsOfClasses",
      "runtimeInfo",
      "toBatch",
      "tunable",
      "tune",
      "validationRows",
      "viewNames",
      "viewsByName",
      "workingGrid",
    ]
  `);
});
