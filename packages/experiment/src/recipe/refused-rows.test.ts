/** What only the rows of the slides tell, and would be found by a step whose turn comes after hours of others. */
import { describe, expect, it } from 'vitest';
import { data, head, stage, useRecipeFolder } from '../../tests/recipe-folder.js';

const { check } = useRecipeFolder();

const train = (settings: string): string =>
  `${head}${data}  stage:\n    do: train\n    data: data\n    settings:\n      ${settings}\n`;
const predict = '  out: { do: predict, models: stage, slides: old }\n';

describe('a recipe whose slides', () => {
  it.each([
    ['have no such column, for training', train("train: 'knd=old'"), /line 11: filter "knd=old": no column "knd"/],
    ['have no such value', train("validate: 'kind=odl'"), /line 11: filter "kind=odl": no row has kind "odl"/],
    ['have no such column, for folds', train('group: patient'), /line 11: group: there is no column "patient"/],
    [
      'have no such column, for balance',
      train('sampling: { balanceBy: hospital }'),
      /line 11: sampling.balanceBy: there is no column "hospital"/,
    ],
    ['are fewer groups than folds', train('foldCount: 6'), /line 11: folds: there are 5 groups of slides for 6 folds/],
    ['have no such fold', train('folds: 7'), /line 11: folds: there is no fold 7 of \d+; folds are counted from 0/],
    [
      'have no such column, for tuning',
      `${head}${data}${stage}  tuned: { do: tune, models: stage, group: kindd }\n`,
      /line 8: there is no column "kindd" to group by; did you mean "kind"\?; columns are id, image, mask, mpp, kind/,
    ],
    [
      'have no such column, for scores',
      `${head}${data}${stage}${predict}  score: { do: evaluate, predictions: out, group: hospital }\n`,
      /line 9: there is no column "hospital" to group by/,
    ],
    [
      'have no such column, for an ablation',
      `${head}${data}${stage}  table: { do: ablate, stages: { one: stage }, slides: old, group: hospital }\n`,
      /line 8: there is no column "hospital" to group by/,
    ],
  ])('%s', async (_, text, says) => {
    await expect(check(text)).rejects.toThrow(says);
  });

  it('are as they should be, is taken', async () => {
    const settings = "{ foldCount: 2, group: id, train: 'kind=old', sampling: { balanceBy: kind } }";
    const tested = head.replace('steps:', '  test: { table: slides.csv, where: kind=new }\nsteps:');
    const out = '  out: { do: predict, models: stage, slides: test }\n';
    const text = `${tested}${data}  stage: { do: train, data: data, settings: ${settings} }\n${out}  score: { do: evaluate, predictions: out, group: kind }\n`;
    await expect(check(text)).resolves.toMatchObject({ order: ['data', 'stage', 'out', 'score'] });
  });
});
