/** What a step would refuse of the steps before it, hours later, is refused before the first step: all of it is in the recipe. */
import { describe, expect, it } from 'vitest';
import { data, head, stage, useRecipeFolder } from '../../tests/recipe-folder.js';

const { check } = useRecipeFolder();

const FACTORS = 'factors: { v: { none: { views: none } } }';
/** Line 8 is that of the step under test. */
const trained = (settings: string): string =>
  `${head}${data}  m: { do: train, data: data, settings: { ${settings} } }\n`;

describe('tile classifiers', () => {
  it.each([
    '{ do: predict, models: m, slides: new }',
    '{ do: tune, models: m }',
    '{ do: pseudo-label, models: m, slides: new, like: data }',
    `{ do: ablate, stages: { one: m }, slides: new, ${FACTORS} }`,
    '{ do: select, from: [m], ensemble: greedy }',
    '{ do: select, from: [m], by: whole-slides }',
  ])('predict no objects: %s', async (step) => {
    await expect(check(`${trained('task: classify')}  x: ${step}\n`)).rejects.toThrow(
      'line 8: "m" trains tile classifiers (`task: classify`), which find no objects',
    );
  });

  it('may be ranked, and start the encoder of another training', async () => {
    const steps = '  s: { do: select, from: m, best: 1 }\n  n: { do: train, data: data, encoderFrom: m }\n';
    await expect(check(`${trained('task: classify')}${steps}`)).resolves.toBeDefined();
    await expect(
      check(`${trained('task: classify')}${steps}  x: { do: predict, models: s, slides: new }\n`),
    ).rejects.toThrow('line 10: "m" trains tile classifiers');
  });
});

describe('a training without validation', () => {
  it.each(['{ do: tune, models: m }', '{ do: select, from: m }', '{ do: select, from: m, by: whole-slides }'])(
    'is not judged: %s',
    async (step) => {
      await expect(check(`${trained('split: none')}  x: ${step}\n`)).rejects.toThrow(
        'line 8: "m" validates on no slide (`split: none`)',
      );
    },
  );

  it('is judged by slides that are held out by name, and selected by given scores', async () => {
    await expect(check(`${trained("validate: 'id=a'")}  x: { do: tune, models: m }\n`)).resolves.toBeDefined();
    const given = '  x: { do: select, from: m, by: given, scores: { m: 0.9 } }\n';
    await expect(check(`${trained('split: none')}${given}`)).resolves.toBeDefined();
  });
});

/** Entries of slides beside those of the head. */
const entries = (named: string): string => head.replace('steps:\n', `${named}steps:\n`);
const TEST = `  test: { table: slides.csv, where: id=c }
  some: { table: slides.csv, where: id=a|c }
`;
const scores = (slides: string, models = 'm'): string =>
  `  p: { do: predict, models: ${models}, slides: ${slides} }\n  e: { do: evaluate, predictions: p }\n`;

describe('slides that are scored', () => {
  const all = entries(TEST);
  const on = (settings: string): string => `${all}${data}  m: { do: train, data: data, settings: { ${settings} } }\n`;

  it.each([
    [on('folds: all'), scores('old')],
    [on('folds: all'), scores('some')],
    [on('folds: 0'), scores('old')],
    [on('split: none'), scores('some')],
    [on("validate: 'id=b'"), scores('some')],
    [on('folds: all'), `  a: { do: ablate, stages: { one: m }, slides: some, ${FACTORS} }\n`],
    [on('folds: all'), `  s: { do: select, from: m }\n${scores('some', 's')}`],
    [on('folds: all'), `  s: { do: select, from: m, best: 1 }\n${scores('old', 's')}`],
    [
      `${on('folds: 0')}  other: { do: prepare, slides: test }\n  n: { do: train, data: other, encoderFrom: m, settings: { split: none } }\n`,
      scores('old', 'n'),
    ],
    [
      `${all}  other: { do: prepare, slides: test }\n${data}  m: { do: train, data: data, sources: { o: { data: other } } }\n`,
      scores('test'),
    ],
  ])('are none that a model is sure to be trained on: %s%s', async (trainings, steps) => {
    await expect(check(`${trainings}${steps}`)).rejects.toThrow(
      /line \d+: models were trained on .*score slides that they never saw/,
    );
  });

  it.each([
    [on('folds: all'), scores('test')],
    // Fold 0 may hold slide a out.
    [on('folds: 0'), scores('some')],
    [on('folds: all'), `  s: { do: select, from: m, best: 1 }\n${scores('some', 's')}`],
    [on("validate: 'id=a'"), scores('some')],
    [on("train: 'id!=a', split: none"), scores('some')],
    [on('folds: all'), '  p: { do: predict, models: m, slides: old }\n'],
  ])('may be others: %s%s', async (trainings, steps) => {
    await expect(check(`${trainings}${steps}`)).resolves.toBeDefined();
  });
});

it('takes a plain training for all of this', async () => {
  const steps = `${stage}  t: { do: tune, models: stage }\n  s: { do: select, from: [stage], ensemble: greedy }\n`;
  await expect(check(`${head}${data}${steps}`)).resolves.toBeDefined();
});
