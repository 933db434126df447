/** Classes are matched by name: the class maps of all data are in the recipe, so that what cannot be matched is refused before the first step. */
import { describe, expect, it } from 'vitest';
import { head, useRecipeFolder } from '../../tests/recipe-folder.js';

const { check } = useRecipeFolder();

const trainings = `${head.replace('steps:', '  test: { table: slides.csv, where: kind=new }\nsteps:')}  one: { do: prepare, slides: old, classes: 'normal=1;sclerotic=2' }
  turned: { do: prepare, slides: old, classes: 'sclerotic=2;normal=1' }
  any: { do: prepare, slides: old }
  n: { do: train, data: one }
  t: { do: train, data: turned }
  g: { do: train, data: any }
  out: { do: predict, models: t, slides: test }
`;

describe('classes of a recipe', () => {
  it.each([
    '  p: { do: pseudo-label, models: n, slides: new, like: turned }\n',
    "  e: { do: evaluate, predictions: out, classes: 'normal=1;sclerotic=2' }\n",
    '  e: { do: evaluate, predictions: out }\n',
    "  a: { do: ablate, stages: { t: t }, slides: test, factors: { v: { none: { views: none } } }, classes: 'kidney' }\n",
    "  a: { do: ablate, stages: { t: t, n: n }, slides: test, factors: { v: { none: { views: none } } }, classes: 'all=1,2' }\n",
    '  s: { do: select, from: [n, t], by: whole-slides }\n',
  ])('may stand in another order: %s', async (step) => {
    await expect(check(`${trainings}${step}`)).resolves.toBeDefined();
  });

  it.each([
    [
      '  p: { do: pseudo-label, models: g, slides: new, like: one }\n',
      'line 14: "one" has normal, sclerotic, and the models know glomerulus, not the classes normal, sclerotic',
    ],
    [
      "  e: { do: evaluate, predictions: out, classes: 'foo=1;bar=2' }\n",
      'line 14: the models know sclerotic, normal, not the classes foo, bar',
    ],
    [
      "  a: { do: ablate, stages: { g: g }, slides: test, factors: { v: { none: { views: none } } }, classes: 'kidney' }\n",
      'line 14: the models know glomerulus, not the classes normal, sclerotic',
    ],
    [
      "  a: { do: ablate, stages: { t: t, n: n }, slides: test, factors: { v: { none: { views: none } } }, classes: 'kidney' }\n",
      'line 14: the models know sclerotic, normal and normal, sclerotic',
    ],
    [
      '  s: { do: select, from: [t, n], ensemble: greedy }\n',
      'line 14: the models of an ensemble must know the same classes in one order',
    ],
  ])('are refused where they are others: %s', async (step, problem) => {
    await expect(check(`${trainings}${step}`)).rejects.toThrow(problem);
  });
});
