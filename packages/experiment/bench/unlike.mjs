/**
 * How often a slide is called unlike the training, and what is: each fold of a run on the slides that validated it, or a model on all slides of the
 * table, as they are, without colour, inverted, and at scales that are off by four; then on slides that are named besides.
 *
 *   node packages/experiment/bench/unlike.mjs TABLE RUN|MODEL|starter|DATA,... [SLIDE ...]
 *
 * No network is needed: DATA is a folder of `ftu prepare` of this table. In turn a third of its groups is left out, or with `--leave-out COLUMN` the slides of one
 * value, and each time what a training on the others would know is asked about those. Further data sets, after commas, are in every training.
 * `--by COLUMN` counts the slides of each value of a column by themselves.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultGroupColumn, groupValues } from '@ftuseg/core';
import { openDataset, readModelFile, STARTER_MODEL } from '@ftuseg/folders';
import { ensembleOf, planSlide, readRunFolds, resolveSettings, validationRows } from '@ftuseg/infer';
import { openSlide, pixelScaleOf, readSlideTable } from '@ftuseg/slide';
import { loadSlide } from '@ftuseg/train';
import { coloursOf } from '../../infer/dist/tiles/member-colours.js';
import { appearanceWarning, slideAppearance } from '../../infer/dist/tiles/slide-appearance.js';
import { knownSlides } from '../../train/dist/dataset/training-slides.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { by: { type: 'string' }, 'leave-out': { type: 'string' } },
});
const [table, run, ...others] = positionals;
if (run === undefined) {
  console.error(
    'usage: node packages/experiment/bench/unlike.mjs TABLE RUN|MODEL|starter|DATA,... [SLIDE ...] [--leave-out COLUMN] [--by COLUMN]',
  );
  process.exit(2);
}
const rows = await readSlideTable(table, { labelled: true });

/** By id, which part of the slides of a data set each is in. */
function partsOf(slides) {
  const column = values['leave-out'];
  if (column !== undefined) return new Map(slides.map(({ id, columns }) => [id, columns[column]]));
  const groups = groupValues(slides, defaultGroupColumn(slides));
  const order = [...new Set(groups)].sort();
  return new Map(slides.map(({ id }, i) => [id, order.indexOf(groups[i]) % 3]));
}

/** What trainings on all but one part would keep of their slides, in the card of the starter model. */
async function* fitted(folders) {
  const sets = await Promise.all(folders.map(openDataset));
  const { card } = await readModelFile(STARTER_MODEL);
  const [{ slides, classes, micronsPerPixel, tile }] = sets;
  const parts = partsOf(slides);
  for (const part of new Set(parts.values())) {
    const train = [];
    for (const [i, dataset] of sets.entries()) {
      for (const slide of dataset.slides) {
        if (i > 0 || parts.get(slide.id) !== part) train.push({ slide, pixels: await loadSlide(dataset, slide) });
      }
    }
    const training = train.map(({ slide }) => slide);
    const groups = groupValues(training, defaultGroupColumn(training));
    const pixels = train.map((one) => one.pixels);
    const { appearance } = knownSlides(pixels, groups, classes, micronsPerPixel);
    const shown = rows.filter(({ id }) => parts.get(id) === part);
    yield { card: { ...card, appearance, micronsPerPixel, tileSize: tile }, shown };
  }
}

/** Each card, and the slides that it is asked about. */
async function* asked() {
  const path = run === 'starter' ? STARTER_MODEL : run;
  const folders = path.split(',');
  if (existsSync(join(folders[0], 'dataset.json'))) {
    yield* fitted(folders);
  } else if (statSync(path).isDirectory()) {
    const folds = await readRunFolds(path);
    for (const { card, model } of folds) yield { card, shown: validationRows(card, rows, model) };
  } else yield { card: (await readModelFile(path)).card, shown: rows };
}

/** The slide with every pixel changed. */
const changed = (slide, change) => {
  const painted = (image) => {
    const data = new Uint8Array(image.data.length);
    for (let i = 0; i < data.length; i += 3) data.set(change(...image.data.subarray(i, i + 3)), i);
    return { ...image, data };
  };
  return {
    ...slide,
    width: slide.width,
    height: slide.height,
    levels: slide.levels,
    readRegion: async (...asked) => painted(await slide.readRegion(...asked)),
    readRows: async (...asked) => painted(await slide.readRows(...asked)),
  };
};

const versions = {
  'as it is': {},
  'without colour': { change: (r, g, b) => Array(3).fill(Math.round((r + g + b) / 3)) },
  inverted: { change: (r, g, b) => [255 - r, 255 - g, 255 - b] },
  'scale four times too coarse': { factor: 4 },
  'scale four times too fine': { factor: 1 / 4 },
};
const counts = new Map();

/** A scale that no slide can have is refused: that is told, too. */
const refused = new Map();
function failed(name, error) {
  if (error.code !== 'bad-input') throw error;
  refused.set(name, (refused.get(name) ?? 0) + 1);
}

async function look(name, slide, scale, card, { change, factor = 1 } = {}) {
  const model = { card, source: { name: run }, session: {} };
  const ensemble = ensembleOf([model]);
  const settings = resolveSettings({}, { classes: card.classes, threshold: card.threshold });
  const plan = planSlide(slide, ensemble, settings, (scale ?? slide.micronsPerPixel) * factor);
  const shown = change === undefined ? slide : changed(slide, change);
  const found = await slideAppearance(shown, plan, await coloursOf(shown, plan, undefined), undefined);
  if (found === undefined) return;
  counts.set(name, [...(counts.get(name) ?? []), found]);
}

for await (const { card, shown } of asked()) {
  for (const row of shown) {
    const slide = await openSlide(row.image);
    const scale = pixelScaleOf(row, slide);
    const kind = values.by === undefined ? '' : `${row.columns[values.by]}: `;
    for (const [name, version] of Object.entries(versions)) {
      await look(`${kind}${name}`, slide, scale, card, version).catch((error) => failed(kind + name, error));
    }
    await slide.close();
  }
  for (const path of others) {
    const slide = await openSlide(path);
    await look(path, slide, undefined, card);
    await slide.close();
  }
}
for (const [name, found] of counts) {
  const warned = found.filter((one) => appearanceWarning(one) !== undefined || one.familiarScale !== undefined);
  const far = found.filter(({ distance }) => distance > 1);
  const sorted = found.map(({ distance }) => distance).sort((a, b) => a - b);
  const by = ['colour', 'texture'].map((part) => `${far.filter((one) => one.part === part).length} by ${part}`);
  by.push(`${found.filter(({ colourless }) => colourless === true).length} as colourless`);
  by.push(`${found.filter(({ familiarScale }) => familiarScale !== undefined).length} by scale`);
  const median = sorted[Math.floor(sorted.length / 2)].toFixed(2);
  console.log(
    `${name.padEnd(40)} ${warned.length} of ${found.length} warned of (${by.join(', ')}), median distance ${median}`,
  );
}
for (const [name, count] of refused) console.log(`${name.padEnd(40)} ${count} refused: no slide has that scale`);
