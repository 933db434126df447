import { describe, expect, it } from 'vitest';
import { data, head, stage, useRecipeFolder } from '../../tests/recipe-folder.js';

const { check } = useRecipeFolder();

describe('settings of steps', () => {
  it.each([
    [
      'predicted labels in another role',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data }\n  two: { do: train, data: data, sources: { p: { data: p, role: external } } }\n`,
      'pseudo-labels of "p" cannot be external',
    ],
    [
      'slides without labels in another role',
      `${head}${data}  p: { do: prepare, slides: new }\n  two: { do: train, data: data, sources: { p: { data: p, role: external } } }\n`,
      'line 8: slides without labels, which are all that there is in "p", cannot be external; leave the role out',
    ],
    [
      'a training on slides without labels alone',
      `${head}  p: { do: prepare, slides: new }\n  two: { do: train, data: p }\n`,
      'line 7: "p" prepares slides without labels (`labels: false`), and a training needs slides with labels',
    ],
    [
      'classes of slides without labels',
      `${head}  p: { do: prepare, slides: new, classes: one=1 }\n`,
      'line 6: does nothing: slides "new" say `labels: false`',
    ],
    [
      'pseudo-labels with the classes of slides without labels',
      `${head}${data}${stage}  bare: { do: prepare, slides: new }\n  p: { do: pseudo-label, models: stage, slides: new, like: bare }\n`,
      '"bare" prepares slides without labels, so that it says nothing of classes',
    ],
    [
      'settings of consistency without slides that are looked at so',
      `${head}${data}  stage: { do: train, data: data, settings: { consistency: { confidence: 0.9 } } }\n`,
      '"consistency.confidence" would do nothing: no source has the role unlabelled',
    ],
    [
      'a band upside down',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, uncertain: [0.7, 0.3] }\n`,
      'the band from 0.7 to 0.3 is upside down',
    ],
    [
      'sources at another scale',
      `${head}  data: { do: prepare, slides: old, downsample: 4 }\n  web: { do: prepare, slides: new, downsample: 2 }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      'line 8: "web" is prepared at a downsample of 2, and "data" at a downsample of 4; prepare all sources of a training alike',
    ],
    [
      'sources at a factor beside sources in micrometres',
      `${head}  data: { do: prepare, slides: old, micronsPerPixel: 2 }\n  web: { do: prepare, slides: new }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      '"web" is prepared at native pixels, and "data" at 2 µm per pixel',
    ],
    [
      'pseudo-labels at another scale',
      `${head}${data}${stage}  half: { do: prepare, slides: old, downsample: 2 }\n  p: { do: pseudo-label, models: stage, slides: new, like: half }\n  two: { do: train, data: data, sources: { p: { data: p } } }\n`,
      '"p" is prepared at a downsample of 2, and "data" at native pixels',
    ],
    [
      'sources of another tile size',
      `${head}${data}  web: { do: prepare, slides: new, tile: 128 }\n  stage: { do: train, data: data, sources: { web: { data: web } } }\n`,
      '"web" is prepared in tiles of 128, and "data" in tiles of 256',
    ],
    [
      'a prediction by another factor than that of training',
      `${head}  data: { do: prepare, slides: old, downsample: 4 }\n${stage}  out: { do: predict, models: stage, slides: new, settings: { downsample: 2 } }\n`,
      'line 8: the models were trained on "data" at a downsample of 4, and here slides are shrunk by 2',
    ],
    [
      'a level of an ablation by another factor',
      `${head}  data: { do: prepare, slides: old, micronsPerPixel: 2 }\n${stage}  table: { do: ablate, stages: { one: stage }, slides: new, factors: { size: { half: { downsample: 2 } } } }\n`,
      'line 8: the models were trained on "data" at 2 µm per pixel, and here slides are shrunk by 2',
    ],
    [
      'models of two scales that are merged by "or"',
      `${head}${data}  half: { do: prepare, slides: old, downsample: 2 }\n${stage}  two: { do: train, data: half }\n  out: { do: predict, models: [stage, two], slides: new, settings: { merge: or } }\n`,
      'line 10: models trained at native pixels and at a downsample of 2 cannot be merged by "or"',
    ],
    ...[
      ['tileSize: 100', 'tileSize must be a multiple of 32, not 100; try 128'],
      ['overlap: 400', 'tiles of 256 pixels cannot overlap by 400; choose a smaller overlap'],
      ['classifierGate: multiply', '"stage" trains no tile classifier, so that there is nothing to gate by'],
    ].map(([setting, message]): [string, string, string] => [
      `a prediction with tiles or a gate that its models do not fit: ${setting}`,
      `${head}${data}${stage}  out:\n    do: predict\n    models: stage\n    slides: old\n    settings:\n      ${setting}\n`,
      `line 13: ${setting === 'classifierGate: multiply' ? '' : 'prediction settings: '}${message}`,
    ]),
    [
      'a gate on tiles that the classifier did not learn',
      `${head}${data}  stage: { do: train, data: data, settings: { tileClassifier: true } }\n  out: { do: predict, models: stage, slides: old, settings: { classifierGate: 0.2, tileSize: 512 } }\n`,
      'the classifier was trained on tiles of 256 pixels, and these have 512',
    ],
    [
      'classes that are none, for scores',
      `${head}${data}${stage}  out: { do: predict, models: stage, slides: old }\n  score: { do: evaluate, predictions: out, classes: 'x=' }\n`,
      'line 9: "" is neither a label value from 1 to 255 nor a name',
    ],
    ...[
      ['threshold: 0.4', '"threshold" does nothing with `labels: hard`'],
      ['peak: 0.8', '"peak" does nothing with `labels: hard`'],
      ['minimumArea: 100', '"minimumArea" does nothing with `labels: hard`'],
      ['fillHoles: true', '"fillHoles" does nothing with `labels: hard`'],
      ['split: true', '"split" does nothing with `labels: hard`'],
      ['merge: or', 'merge "or" joins masks, and `labels: hard` are made of probabilities'],
    ].map(([setting, message]) => [
      `a setting of masks for labels made of probabilities, ${setting}`,
      `${head}${data}${stage}  p:\n    do: pseudo-label\n    models: stage\n    slides: new\n    like: data\n    settings:\n      ${setting}\n`,
      `line 14: ${message}`,
    ]),
    [
      'settings that were tuned for nothing',
      `${head}${data}${stage}  t: { do: tune, models: stage, search: [threshold] }\n  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: soft, tuned: t }\n`,
      'step "t" searches threshold, none of which `labels: soft` look at',
    ],
    [
      'a band of uncertainty in a mask',
      `${head}${data}${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: mask, uncertain: [0.3, 0.7] }\n`,
      'line 8: a mask has no probabilities, so that the band `uncertain` does nothing',
    ],
    [
      'a mask of classes that overlap',
      `${head}  data: { do: prepare, slides: old, classes: normal=1;any=1 }\n${stage}  p: { do: pseudo-label, models: stage, slides: new, like: data, labels: mask }\n`,
      'a mask has one class per pixel, and classes of "data" overlap',
    ],
    [
      'a threshold that a CRF of joined masks leaves unused',
      `${head}${data}${stage}  out:\n    do: predict\n    models: stage\n    slides: new\n    settings:\n      merge: or\n      crf: reference\n      threshold: 0.4\n`,
      'line 15: prediction settings: threshold: with merge "or" and a crf',
    ],
    [
      'such a threshold in one cell of an ablation',
      `${head}${data}${stage}  a: { do: ablate, stages: { one: stage }, slides: new, settings: { merge: or, threshold: 0.4 } }\n`,
      'line 8: prediction settings: threshold: with merge "or" and a crf',
    ],
    [
      'tuning of joined masks',
      `${head}${data}${stage}  t: { do: tune, models: stage, settings: { merge: or } }\n`,
      'line 8: masks that are joined have no probabilities to tune',
    ],
    [
      'two scales for the same rows',
      `name: two\nslides:\n  old:\n    table: slides.csv\n    micronsPerPixel: 0.5\nsteps:\n  data: { do: prepare, slides: old }\n`,
      'line 5: slides.old: "micronsPerPixel" would do nothing: every row says its own',
    ],
    [
      'a threshold of a greedy selection',
      `${head}${data}${stage}  s: { do: select, from: [stage], ensemble: greedy, settings: { threshold: 0.4 } }\n`,
      '"settings.threshold" would do nothing: a greedy selection scores mean probabilities',
    ],
    [
      'weights of the sources of a grid',
      `${head}${data}  web: { do: prepare, slides: new }\n  stage:\n    do: train\n    data: data\n    settings: { sampling: { windows: grid } }\n    sources:\n      web: { data: web, weight: 2 }\n`,
      'line 13: steps.stage: "sources.web.weight" would do nothing: the windows are those of the grid',
    ],
    [
      'an ablation of a million rows',
      `${head}${data}${stage}  a:\n    do: ablate\n    stages: { one: stage }\n    slides: new\n    factors:\n${Array.from({ length: 20 }, (_, i) => `      f${i}: { a: {}, b: {} }`).join('\n')}\n`,
      'line 12: 1 stages times 2 x 2 x 2',
    ],
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
});
