import { describe, expect, it } from 'vitest';
import { data, head, stage, useRecipeFolder } from '../../tests/recipe-folder.js';

const second = '  two: { do: train, data: data, sources: { more: { data: p } } }\n';

const { check } = useRecipeFolder();

describe('a recipe', () => {
  it.each([
    [
      'an unknown step',
      `${head}  data: { do: prepar, slides: old }\n`,
      'line 6: steps.data: there is no step "prepar"; did you mean "prepare"?',
    ],
    [
      'a step that says nothing',
      `${head}  data: { slides: old }\n`,
      'line 6: steps.data: says not what it does with `do: prepare |',
    ],
    [
      'an unknown key',
      `${head}  data: { do: prepare, slides: old, tiles: 3 }\n`,
      'line 6: there is no key "steps.data.tiles"; did you mean "tile"?',
    ],
    ['an unknown key at the top', `sedd: 3\n${head}${data}`, 'line 1: there is no key "sedd"; did you mean "seed"?'],
    ['an impossible value', `${head}  data: { do: prepare, slides: old, tile: 100 }\n`, 'line 6: steps.data.tile: '],
    [
      'an unknown setting of training',
      `${head}${data}  stage:\n    do: train\n    data: data\n    settings:\n      epoch: 3\n`,
      'did you mean "epochs"?',
    ],
    [
      'an unknown setting of prediction',
      `${head}${data}${stage}  out: { do: predict, models: stage, slides: old, settings: { view: d4 } }\n`,
      'line 8: steps.out.settings: there is no setting "view"; did you mean "views"?',
    ],
    ...[
      ['crf: refrence', 'crf: there is no "refrence"'],
      ['scales: often', 'scales are numbers from 0.1 to 10'],
      ['tileSize: large', 'tileSize is a multiple of 32'],
      ['classifierGate: often', 'classifierGate is "multiply" or a probability'],
      ['threshold: "a=2"', 'threshold: a number between 0 and 1 is wanted, not "2"'],
      ['minimumArea: -3', 'minimumArea: a number from 0 is wanted'],
      [
        'threshold: glomeruli=0.4',
        'threshold: there is no class "glomeruli"; there are: glomerulus; did you mean "glomerulus"?',
      ],
    ].map(([setting = '', says = '']): [string, string, string] => [
      `a prediction whose setting only the prediction itself would refuse, after hours: ${setting}`,
      `${head}${data}${stage}  out:\n    do: predict\n    models: stage\n    slides: old\n    settings:\n      ${setting}\n`,
      `line 13: prediction settings: ${says}`,
    ]),
    [
      'a prediction without models',
      `${head}${data}  out: { do: predict, slides: old }\n`,
      'line 7: steps.out: names neither `models` nor `modelFiles`; give one of the two',
    ],
    [
      'models of two sources',
      `${head}${data}${stage}  out: { do: predict, models: stage, modelFiles: [{ model: a.onnx }], slides: old }\n`,
      'steps.out: names `models` and `modelFiles`',
    ],
    [
      'a score of models whose training slides nobody knows',
      `${head}  out: { do: predict, modelFiles: [{ model: a.onnx }], slides: old }\n  score: { do: evaluate, predictions: out }\n`,
      'line 7: the models of "out" are files, of which nobody knows on which slides they were trained',
    ],
    [
      'outlines that nothing draws',
      `${head}  out: { do: predict, modelFiles: [{ model: a.onnx }], slides: old, outputs: [mask], outlines: exact }\n`,
      '"outlines" would do nothing: "outputs" has no geojson, dicom-sr, dicom-ann',
    ],
    [
      'a start that another start overrides',
      `${head}${data}${stage}  two:\n    do: train\n    data: data\n    encoderFrom: stage\n    settings: { encoderWeights: none }\n`,
      'line 12: "two" starts from the encoder of "stage", so that encoderWeights would do nothing; leave one of the two out',
    ],
    [
      'a setting that the recipe decides',
      `${head}${data}  stage: { do: train, data: data, settings: { out: x } }\n`,
      'the recipe decides "out"',
    ],
    [
      'a step that is not there',
      `${head}${data}  stage: { do: train, data: dat }\n`,
      'line 7: there is no step "dat"; did you mean "data"?',
    ],
    [
      'a step of another kind',
      `${head}${data}${stage}  chosen: { do: select, from: data }\n`,
      '"data" is a step that does prepare, where train is needed',
    ],
    [
      'slides that are not there',
      `${head}  data: { do: prepare, slides: odl }\n`,
      'line 6: there are no slides "odl"; there are old, new',
    ],
    [
      'a circle',
      `${head}${data}  a: { do: train, data: data, sources: { x: { data: p } } }\n  p: { do: pseudo-label, models: a, slides: new, like: data }\n`,
      'steps wait for each other in a circle: a -> p -> a',
    ],
    ['a missing table', `${head.replace('slides.csv', 'none.csv')}${data}`, 'line 3: '],
    [
      'a missing image',
      `${head.replace('slides.csv, where: kind=old', 'lost.csv')}${data}`,
      'line 3: the image of slide "z" is not there',
    ],
    ['an unknown value of a filter', `${head.replace('kind=old', 'kind=ancient')}${data}`, 'line 3: '],
    [
      'slides that validate and are pseudo-labelled',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: old, like: data }\n${second}`,
      'line 8: slides "old" would teach by pseudo-labels and validate (step "data")',
    ],
    [
      'the same slides under two names',
      `${head.replace('kind=new', 'kind=old')}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data }\n${second}`,
      'a.png of "new" would teach by pseudo-labels and validate',
    ],
    [
      'two steps that write the same place',
      `${head}${data}  stage: { do: train, data: data, out: data/run }\n`,
      'line 7: steps "data" and "stage" would write the same place, data/run',
    ],
    [
      'a place outside the experiment',
      `${head}  data: { do: prepare, slides: old, out: ../data }\n`,
      '"../data" is not a folder inside',
    ],
    [
      'a selection without candidates',
      `${head}${data}${stage}  chosen: { do: select, from: stage, by: given }\n`,
      'line 8: a selection by given scores has no candidate',
    ],
    [
      'a selection from nothing',
      `${head}${data}${stage}  chosen: { do: select, from: [] }\n`,
      'line 8: steps.chosen.from: ',
    ],
    [
      'a number that is text',
      `${head}  data: { do: prepare, slides: old, tile: abc }\n`,
      'line 6: steps.data.tile: give a number, not text "abc"',
    ],
    [
      'a reference to what every object has',
      `${head}${data}  stage: { do: train, data: constructor }\n`,
      'there is no step "constructor"',
    ],
    [
      'slides that every object has',
      `${head}  data: { do: prepare, slides: toString }\n`,
      'there are no slides "toString"',
    ],
    [
      'a step that every object has',
      `${head}  constructor: { do: prepare, slides: old }\n`,
      '"constructor" cannot be a name',
    ],
    ['text that is not YAML', `${head}  data: { do: [\n`, 'this is not YAML'],
    ['a name twice', `${head}${data}${data}`, 'line 7: this is not YAML: Map keys must be unique'],
    ['no recipe', '- 3\n', 'a recipe holds `name`, `slides` and `steps`'],
    ['no step', `${head.trimEnd()} {}\n`, 'there is no step'],
  ])('refuses %s in one sentence, with the line', async (_, text, message) => {
    const error = await check(text).then(
      () => undefined,
      (problem: Error) => problem,
    );
    expect(error).toMatchObject({ code: 'bad-input' });
    expect(error?.message).toContain(message);
    expect(error?.message).toMatch(/recipe\.yaml: (line \d+: )?./);
    expect(error?.message).not.toContain('\n');
  });

  it('may teach by pseudo-labels of its own slides where it validates on nothing', async () => {
    const soft = '  p: { do: pseudo-label, models: stage, slides: old, like: data, labels: soft }\n';
    const student = second.replace('} }\n', '}, settings: { split: none } }\n');
    const checked = await check(`${head}${data}${stage}${soft}${student}`);
    expect(Object.keys(checked.file.recipe.steps)).toEqual(['data', 'stage', 'p', 'two']);
  });
});
