/**
 * What each choice of prediction is worth on slides that no model has seen: views, merging, DenseCRF, threshold, ensemble. Mean Dice over
 * slides at level 0, with a 95 % bootstrap interval of its difference from the first row over slide groups. All combinations: `cross.mjs`.
 *
 *     node packages/infer/bench/choices.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx|RUN [MODEL.onnx|RUN ...]
 */
import { difference, mean, scoreChoices } from './choice-subjects.mjs';

const [, , table, filter, group, ...paths] = process.argv;
if (paths.length === 0) throw new Error('usage: node choices.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx|RUN ...');

const base = { views: 'none', merge: 'hann', overlap: 0.25, crf: 'none' };
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

const { scores, interval } = await scoreChoices({
  table,
  filter,
  group,
  paths,
  choices: choices.map(([, settings]) => ({ ...base, ...settings })),
});
console.log(
  '| choice | each model alone, mean Dice | difference from the first row | the ensemble | difference |\n|---|---|---|---|---|',
);
for (const [i, [name]] of choices.entries()) {
  const cell = (which) => {
    const values = scores[i][which];
    const differences = values.map((value, slide) => value - scores[0][which][slide]);
    return `${mean(values).toFixed(4)} | ${difference(differences, interval)}`;
  };
  console.log(`| ${name} | ${cell('alone')} | ${cell('together')} |`);
}
