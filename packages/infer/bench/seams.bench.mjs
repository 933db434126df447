/**
 * What is left of the tile grid: the same tissue with the grid shifted by 1 to 511 pixels, for every weighted merge and two overlaps.
 * Printed are the share of interior pixels whose label changes with the shift, for shifts by the network's own stride of 32 and for others,
 * and how much likelier a label changes across a border of a tile than elsewhere (1: the grid cannot be found in the mask). Where even
 * shifts by the stride change labels, the network answers by all that is on its tile. Model and slide are those of the other benchmarks.
 *
 *     node packages/infer/bench/seams.bench.mjs [MODEL SLIDE MICRONS_PER_PIXEL]
 */
import { crop, paintRuns } from '@ftuseg/core';
import { openSlide } from '@ftuseg/slide';
import { loadModel, predictSlide } from '../dist/index.js';
import { pyramid, trainedModel } from './subjects.mjs';

const [, , modelPath, slidePath, microns] = process.argv;
const shifts = [0, 1, 96, 255, 480, 511];
const STRIDE = 32;
const margin = 512;

const slide = await openSlide(slidePath ?? pyramid(8000));
const model = await loadModel(modelPath ?? trainedModel().model);
const scale = Number(microns ?? slide.micronsPerPixel) / model.card.micronsPerPixel;
const [width, height] = [Math.round(slide.width * scale), Math.round(slide.height * scale)];
const side = { columns: Math.min(width, 1800), rows: Math.min(height, 1200) };
const [left, top] = [Math.floor((width - side.columns) / 2), Math.floor((height - side.rows) / 2)];
const tissue = await slide.readRows({ width, height, top, rows: side.rows, left, columns: side.columns });
await slide.close();

/** The tissue behind so many columns and rows of its own reflection, as a slide at the model's resolution. */
function shifted(by) {
  const image = crop(tissue, { x: -by, y: -by, width: tissue.width + by, height: tissue.height + by });
  const { width: w, height: h } = image;
  return {
    width: w,
    height: h,
    micronsPerPixel: model.card.micronsPerPixel ?? undefined,
    levels: [],
    readRows: async ({ top: y, rows, left: x = 0, columns = w }) => crop(image, { x, y, width: columns, height: rows }),
    readRegion: async (region) => crop(image, region),
  };
}

/** Label changes from column to column at tile borders, over those elsewhere, per column. */
function edgeExcess(mask, layout) {
  const { width: w, height: h, data } = mask;
  const borders = new Set(layout.columns.flatMap((x) => [x, x + layout.tile]).filter((x) => x > 0 && x < w));
  const [at, elsewhere] = [
    { changes: 0, columns: 0 },
    { changes: 0, columns: 0 },
  ];
  for (let x = 1; x < w; x++) {
    const side = borders.has(x) ? at : elsewhere;
    side.columns++;
    for (let y = 0; y < h; y++) if (data[y * w + x] !== data[y * w + x - 1]) side.changes++;
  }
  return at.changes / at.columns / (elsewhere.changes / elsewhere.columns);
}

console.log(
  `seams: ${tissue.width} x ${tissue.height} pixels, tiles of ${model.card.tileSize}, shifts ${shifts.slice(1)}`,
);
for (const overlap of [0.25, 0.5]) {
  for (const merge of ['hann', 'gaussian', 'mean', 'center']) {
    let first;
    let [strided, other, excess] = [0, 0, 0];
    for (const by of shifts) {
      const { mask, plan } = await predictSlide(shifted(by), [model], { merge, overlap, all: true });
      const whole = paintRuns(mask, { x: 0, y: 0, width: mask.width, height: mask.height });
      excess = Math.max(excess, edgeExcess(whole, plan.members[0].layout));
      const own = crop(whole, { x: by, y: by, width: tissue.width, height: tissue.height });
      first ??= own;
      const inset = Math.min(margin, Math.floor(tissue.height / 6));
      let [different, all] = [0, 0];
      for (let y = inset; y < tissue.height - inset; y++) {
        for (let x = inset; x < tissue.width - inset; x++, all++) {
          if (own.data[y * own.width + x] !== first.data[y * own.width + x]) different++;
        }
      }
      if (by % STRIDE === 0) strided = Math.max(strided, different / all);
      else other = Math.max(other, different / all);
    }
    console.log(
      `  ${merge.padEnd(9)} overlap ${overlap}: ${(100 * strided).toFixed(4)} % of labels differ for shifts by ${STRIDE}, ${(100 * other).toFixed(4)} % for others, border excess ${excess.toFixed(2)}`,
    );
  }
}
await model.close();
