import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { trainConfigSchema } from './config.js';
import { foldNumbers, parseTrainConfig } from './parse-config.js';
import { unusedSettings } from './unused.js';

const tileFolds = { split: 'tiles', sampling: { windows: 'grid' }, validation: { score: 'batches' } };

describe('trainConfigSchema', () => {
  it('fills in defaults, nested ones as well, and takes its own output', () => {
    const config = parseTrainConfig({ data: 'd', out: 'o', augment: { zoom: 1.5 } });
    expect(config).toMatchObject({ batchSize: 8, augment: { zoom: 1.5, flips: true }, optimiser: { name: 'adam' } });
    expect(parseTrainConfig(config)).toEqual(config);
  });

  it.each([
    [{ epocs: 3 }, /there is no setting "epocs"; did you mean "epochs"/],
    [{ augment: { zom: 2 } }, /there is no setting "augment.zom"; did you mean "zoom"/],
    [{ encoder: 'timm-eficientnet-b0' }, /did you mean "timm-efficientnet-b0"/],
    [{ decoder: 'fnp' }, /did you mean "fpn"/],
    [{ folds: '0;2' }, /folds/],
    [{ loss: { bce: 0, dice: 0 } }, /every loss has weight 0/],
    [{ device: 'gpu' }, /use cpu, cuda/],
    [{ augment: { zoom: 0 } }, /augment\.zoom/],
    [{ batchSize: 0 }, /batchSize/],
    [{ optimiser: { name: 'lion' } }, /optimiser\.name/],
    [{ validation: { threshold: 2 } }, /validation\.threshold/],
  ])('refuses %o, naming the setting', (settings, message) => {
    expect(() => parseTrainConfig({ data: 'd', out: 'o', ...settings }, 'run.yaml')).toThrow(message);
    expect(() => parseTrainConfig({ data: 'd', out: 'o', ...settings }, 'run.yaml')).toThrow(/^run\.yaml: /);
  });

  it('takes the settings of a preset, and what is given over them', () => {
    const config = parseTrainConfig({ data: 'd', out: 'o', preset: 'reference', loss: { bce: 0.6 }, epochs: 3 });
    expect(config).toMatchObject({ batchSize: 24, epochs: 3, schedule: { name: 'reference' } });
    expect(config.loss).toMatchObject({ bce: 0.6, dice: 0.25, focal: 0.25 });
    expect(config.augment).toMatchObject({ colourModel: 'one-of', quarterTurns: 0.5, hue: 0.075 });
    expect(parseTrainConfig(config)).toEqual(config);
  });

  it('has all that the reference solution did in its preset, and its seed unless another is named', () => {
    const base = { data: 'd', out: 'o', preset: 'reference' };
    expect(parseTrainConfig(base)).toMatchObject({
      seed: 5363,
      split: 'tiles',
      stratification: 'positive-tiles',
      normalisation: 'unit',
      validation: { score: 'batches' },
      augment: { drawnPer: 'epoch' },
      optimiser: { epsilonHat: true },
      loss: { focalForm: 'split', focalAlpha: 0.25 },
    });
    expect(parseTrainConfig({ ...base, seed: 7 }).seed).toBe(7);
    expect(parseTrainConfig({ data: 'd', out: 'o' })).toMatchObject({
      seed: 0,
      stratification: 'all-tiles',
      normalisation: 'encoder',
      validation: { score: 'slides' },
      augment: { drawnPer: 'window' },
      optimiser: { epsilonHat: false },
      loss: { focalForm: 'mixed' },
    });
  });

  it.each([
    [{ split: 'none' }, { stratification: 'all-tiles', validation: { score: 'slides' } }],
    [{ split: 'grouped' }, { stratification: 'positive-tiles', validation: { score: 'slides' } }],
    [{ validate: 'id=a' }, { stratification: 'all-tiles', validation: { score: 'slides' } }],
    [{ task: 'classify' }, { validation: { score: 'slides' } }],
    [{ optimiser: { name: 'sgd' } }, { optimiser: { epsilonHat: false, learningRate: 1e-4 } }],
    [{ augment: { preset: 'strong' } }, { augment: { drawnPer: 'window' } }],
    [{ augment: { preset: 'strong', drawnPer: 'epoch' } }, { augment: { drawnPer: 'epoch' } }],
  ])('leaves out of the preset what would do nothing beside %o', (given, expected) => {
    const config = parseTrainConfig({ data: 'd', out: 'o', preset: 'reference', ...given });
    expect(config).toMatchObject(expected);
    expect(parseTrainConfig(config)).toEqual(config);
  });

  it.each([
    [{ validation: { score: 'batches' } }, /validation\.score: .*not split by tile/],
    [{ ...tileFolds, task: 'classify' }, /validation\.score: .*tile classifier/],
  ])('refuses %o, where there are no batches to score', (settings, message) => {
    expect(() => parseTrainConfig({ data: 'd', out: 'o', ...settings })).toThrow(message);
  });

  it.each([
    [{ stratification: 'positive-tiles', split: 'none' }, 'stratification'],
    [{ ...tileFolds, validation: { score: 'batches', threshold: 'search' } }, 'validation.threshold'],
    [{ ...tileFolds, validation: { score: 'batches', overlap: 0.5 } }, 'validation.overlap'],
    [{ ...tileFolds, validation: { score: 'batches', tile: 128 } }, 'validation.tile'],
    [{ optimiser: { name: 'sgd', epsilonHat: true } }, 'optimiser.epsilonHat'],
    [{ augment: { preset: 'none', drawnPer: 'epoch' } }, 'augment.drawnPer'],
  ])('says that %o has an idle setting', (settings, setting) => {
    const idle = unusedSettings({ data: 'd', out: 'o', ...settings });
    expect(idle.map((one) => one.setting)).toContain(setting);
  });

  it.each([
    ['0', [0]],
    ['2, 0,2', [0, 2]],
    ['all', [0, 1, 2, 3, 4]],
    [3, [3]],
    [
      [1, 4],
      [1, 4],
    ],
  ])('reads folds %o', (folds, expected) => {
    expect(foldNumbers(parseTrainConfig({ data: 'd', out: 'o', folds }))).toEqual(expected);
  });

  it('refuses a fold that is not there', () => {
    expect(() => foldNumbers({ folds: '5', foldCount: 5 })).toThrow('there is no fold 5 of 5');
  });

  it('describes every setting, for help texts and editors', () => {
    const schema = z.toJSONSchema(trainConfigSchema, { io: 'input' });
    const undescribed = Object.entries(schema.properties ?? {}).filter(
      ([, value]) => typeof value === 'object' && value.description === undefined && value.properties === undefined,
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});
