import { expect, it } from 'vitest';
import * as infer from './index.js';

it('exports this and nothing else', () => {
  expect(Object.keys(infer).sort()).toMatchInlineSnapshot(`
    [
      "Stitcher",
      "createNodeSession",
      "drawOutlines",
      "labelsAt",
      "layoutTiles",
      "loadModel",
      "predictSettingsSchema",
      "predictSlide",
      "predictTable",
      "runtimeInfo",
      "toBatch",
      "viewNames",
      "viewsByName",
      "workingGrid",
    ]
  `);
});
