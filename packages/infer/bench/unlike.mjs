/**
 * How often a slide is called unlike the training, and what is: each fold of a run on the slides that validated it, or a model on all slides of the
 * table, as they are, without colour, inverted, and at scales that are off by four; then on slides that are named besides.
 *
 *   node packages/infer/bench/unlike.mjs TABLE RUN|MODEL|starter [SLIDE ...]
 *
 * `--by COLUMN` counts the slides of each value of a column by themselves.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readModelFile, STARTER_MODEL } from '@ftuseg/folders';
import { openSlide, pixelScaleOf, readSlideTable } from '@ftuseg/slide';
import { ensembleOf, planSlide, readRunFolds, resolveSettings, validationRows } from '../dist/index.js';
import { coloursOf } from '../dist/tiles/member-colours.js';
import { slideAppearance } from '../dist/tiles/slide-appearance.js';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { by: { type: 'string' } } });
const [table, run, ...others] = positionals;
if (run === undefined) {
  console.error('usage: node packages/infer/bench/unlike.mjs TABLE RUN|MODEL|starter [SLIDE ...] [--by COLUMN]');
  process.exit(2);
}
const rows = await readSlideTable(table, { labelled: true });

/** Each card, and the slides that it is asked about. */
async function asked() {
  const path = run === 'starter' ? STARTER_MODEL : run;
  if (!statSync(path).isDirectory()) return [{ card: (await readModelFile(path)).card, shown: rows }];
  const folds = await readRunFolds(path);
  return folds.map(({ card, model }) => ({ card, shown: validationRows(card, rows, model) }));
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

for (const { card, shown } of await asked()) {
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
  const warned = found.filter(({ distance }) => distance > 1);
  const sorted = found.map(({ distance }) => distance).sort((a, b) => a - b);
  const by = ['colour', 'texture'].map((part) => `${warned.filter((one) => one.part === part).length} by ${part}`);
  const median = sorted[Math.floor(sorted.length / 2)].toFixed(2);
  console.log(
    `${name.padEnd(40)} ${warned.length} of ${found.length} warned of (${by.join(', ')}), median distance ${median}`,
  );
}
for (const [name, count] of refused) console.log(`${name.padEnd(40)} ${count} refused: no slide has that scale`);
