/**
 * Every combination of views, merging, threshold or DenseCRF, and one model or an ensemble, on slides that no model has seen: mean Dice at
 * level 0. Below it, what each choice is worth over all combinations of the others, with a 95 % bootstrap interval over slide groups.
 *
 *     node packages/infer/bench/cross.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx|RUN MODEL.onnx|RUN [...]
 */
import { difference, mean, scoreChoices } from './choice-subjects.mjs';

const [, , table, filter, group, ...paths] = process.argv;
if (paths.length < 2)
  throw new Error('usage: node cross.mjs SLIDES.csv FILTER GROUP_COLUMN MODEL.onnx|RUN MODEL.onnx|RUN ...');

const factors = {
  views: ['none', 'reference', 'd4'],
  merge: ['hann', 'gaussian', 'center', 'mean', 'or'],
  refinement: ['threshold 0.5', 'threshold 0.4', 'DenseCRF reference', 'DenseCRF bilateral'],
};
const settingsOf = {
  'threshold 0.5': { threshold: 0.5, crf: 'none' },
  'threshold 0.4': { threshold: 0.4, crf: 'none' },
  'DenseCRF reference': { threshold: 0.5, crf: 'reference' },
  'DenseCRF bilateral': { threshold: 0.5, crf: 'bilateral' },
};
const combinations = factors.views.flatMap((views) =>
  factors.merge.flatMap((merge) => factors.refinement.map((refinement) => ({ views, merge, refinement }))),
);
const choices = combinations.map(({ views, merge, refinement }) => ({
  views,
  merge,
  overlap: 0.25,
  ...settingsOf[refinement],
}));
const { scores, interval } = await scoreChoices({ table, filter, group, paths, choices });
const cells = combinations.flatMap((combination, i) =>
  ['alone', 'together'].map((models) => ({ ...combination, models, values: scores[i][models] })),
);

const columns = factors.views.flatMap((views) => ['alone', 'together'].map((models) => ({ views, models })));
console.log(`| merging | then | ${columns.map(({ views, models }) => `${views}, ${models}`).join(' | ')} |`);
console.log(`|---|---|${columns.map(() => '---').join('|')}|`);
for (const merge of factors.merge) {
  for (const refinement of factors.refinement) {
    const row = columns.map(({ views, models }) => {
      const is = (cell) => cell.views === views && cell.models === models && cell.merge === merge;
      return mean(cells.find((cell) => is(cell) && cell.refinement === refinement).values).toFixed(3);
    });
    console.log(`| ${merge} | ${refinement} | ${row.join(' | ')} |`);
  }
}

/** Per slide, the mean over all cells of one choice. */
const overall = (name, choice) => {
  const some = cells.filter((cell) => cell[name] === choice);
  return some[0].values.map((_, slide) => mean(some.map(({ values }) => values[slide])));
};
console.log('\n| choice | instead of | mean difference over all else |\n|---|---|---|');
for (const [name, [first, ...others]] of Object.entries({ ...factors, models: ['alone', 'together'] })) {
  for (const choice of others) {
    const [a, b] = [overall(name, choice), overall(name, first)];
    console.log(
      `| ${name} ${choice} | ${first} | ${difference(
        a.map((value, i) => value - b[i]),
        interval,
      )} |`,
    );
  }
}
const usual = cells.find(
  ({ views, merge, refinement, models }) =>
    views === 'none' && merge === 'hann' && refinement === 'threshold 0.5' && models === 'together',
);
const best = cells.reduce((a, b) => (mean(b.values) > mean(a.values) ? b : a));
console.log(
  `\nbest: ${best.views}, ${best.merge}, ${best.refinement}, ${best.models}: ${mean(best.values).toFixed(4)}, against the default's ensemble ${mean(usual.values).toFixed(4)}: ${difference(
    best.values.map((value, i) => value - usual.values[i]),
    interval,
  )}`,
);
