/**
 * What each choice of prediction is worth on slides that no model has seen: views, merging, DenseCRF, threshold, ensemble. Mean Dice over
 * slides at level 0, with a 95 % bootstrap interval of its difference from the first row over slide groups.
 *
 *     node packages/infer/bench/choices.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx [MODEL.onnx ...]
 */
import { createRandom, dice, intersectCounts } from '@ftuseg/core';
import { filterRows, openSlide, readSlideTable } from '@ftuseg/slide';
import { readTruthRuns } from '../dist/evaluation/truth-runs.node.js';
import { loadModel, predictSlide } from '../dist/index.js';

const [, , table, filter, group, ...paths] = process.argv;
if (paths.length === 0) throw new Error('usage: node choices.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx ...');
const rows = filterRows(await readSlideTable(table), filter);
const models = await Promise.all(paths.map((path) => loadModel(path)));
const slides = await Promise.all(
  rows.map(async (row) => {
    const slide = await openSlide(row.image);
    return { row, slide, truth: await readTruthRuns(row, slide) };
  }),
);

const base = { views: 'none', merge: 'hann', overlap: 0.25, crf: 'none' };
/** What takes longest comes last. */
const choices = [
  ['one view, Hann, overlap 0.25', {}],
  ['scales 1 and 0.8', { scales: '1,0.8' }],
  ...['gaussian', 'mean', 'center', 'or'].map((merge) => [`merge: ${merge}`, { merge }]),
  ...['hann', 'gaussian', 'mean', 'center'].map((merge) => [`overlap 0.5, ${merge}`, { merge, overlap: 0.5 }]),
  ['DenseCRF: reference', { crf: 'reference' }],
  ['DenseCRF: bilateral', { crf: 'bilateral' }],
  ['threshold 0.4', { threshold: 0.4 }],
  ['threshold 0.6', { threshold: 0.6 }],
  ['hysteresis: peak 0.7', { peak: 0.7 }],
  ['minimum area 3000 um2, holes filled', { minimumArea: 3000, fillHoles: true }],
  ['views: reference', { views: 'reference' }],
  ['views: d4', { views: 'd4' }],
  ['d4, overlap 0.5', { views: 'd4', overlap: 0.5 }],
  ['d4, overlap 0.5, minimum area, holes', { views: 'd4', overlap: 0.5, minimumArea: 3000, fillHoles: true }],
  [
    'd4, overlap 0.5, DenseCRF, minimum area, holes',
    { views: 'd4', overlap: 0.5, crf: 'reference', minimumArea: 3000, fillHoles: true },
  ],
  ["the reference's: four views, or, DenseCRF", { views: 'reference', merge: 'or', crf: 'reference' }],
];

async function scores(some, settings) {
  const found = [];
  for (const { row, slide, truth } of slides) {
    const { mask } = await predictSlide(slide, some, { ...base, ...settings, micronsPerPixel: row.micronsPerPixel });
    found.push(dice(intersectCounts(mask, truth)));
  }
  return found;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const names = [...new Set(rows.map(({ columns }) => columns[group]))];
const groups = names.map((name) => [...rows.keys()].filter((i) => rows[i].columns[group] === name));

/** 95 % of the mean differences of resampled groups. */
function interval(differences) {
  const random = createRandom(1);
  const means = Array.from({ length: 2000 }, () => {
    const drawn = Array.from({ length: groups.length }, () => [...groups[random.int(groups.length)]]).flat();
    return mean(drawn.map((i) => differences[i]));
  }).sort((a, b) => a - b);
  return [means[50], means[1949]];
}

console.log(`${rows.length} slides in ${groups.length} groups, ${paths.length} models that have not seen them`);
console.log(
  '| choice | each model alone, mean Dice | difference from the first row | the ensemble | difference |\n|---|---|---|---|---|',
);
let first;
for (const [name, settings] of choices) {
  const alone = [];
  for (const model of models) alone.push(await scores([model], settings));
  const perSlide = slides.map((_, i) => mean(alone.map((one) => one[i])));
  const together = models.length > 1 ? await scores(models, settings) : perSlide;
  first ??= { perSlide, together };
  const cell = (values, from) => {
    const differences = values.map((value, i) => value - from[i]);
    const [low, high] = interval(differences);
    const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;
    return `${mean(values).toFixed(4)} | ${signed(mean(differences))} (${signed(low)} to ${signed(high)})`;
  };
  console.log(`| ${name} | ${cell(perSlide, first.perSlide)} | ${cell(together, first.together)} |`);
}
await Promise.all(models.map((model) => model.close()));
await Promise.all(slides.map(({ slide }) => slide.close()));
