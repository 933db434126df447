import { expect, it } from 'vitest';
import * as browser from './browser.js';

it('exports this and nothing else', () => {
  expect(Object.keys(browser).sort()).toMatchInlineSnapshot(`
    [
      "createWebSession",
      "crfByName",
      "drawOutlines",
      "ensembleOf",
      "loadModelBytes",
      "objectStatistics",
      "planSlide",
      "predictBands",
      "predictSettingsSchema",
      "predictSlide",
      "resolveSettings",
      "shapesOf",
      "toBatch",
    ]
  `);
});
