import { expect, it } from 'vitest';

it('exports what the floors above rely on', async () => {
  expect(Object.keys(await import('./index.js')).sort()).toMatchInlineSnapshot(`
    [
      "AreaStream",
      "FtuError",
      "addCounts",
      "applyView",
      "connectedComponents",
      "coverage",
      "createRandom",
      "createRleEncoder",
      "createRowRleEncoder",
      "crop",
      "decodeNpy",
      "decodeRle",
      "dice",
      "emptyRaster",
      "encodeNpy",
      "encodeRle",
      "groupFolds",
      "invertView",
      "iou",
      "mixSeeds",
      "overlapCounts",
      "raster",
      "readNpyHeader",
      "resampleMask",
      "resizeArea",
      "resizeBilinear",
      "resizeNearest",
      "rleRuns",
      "summariseDice",
      "summariseRle",
      "tileGrid",
      "viewsD4",
      "viewsFlips",
      "viewsNone",
      "writeNpyHeader",
    ]
  `);
});
