import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { foldNumbers, parseTrainConfig, trainConfigSchema } from './config.js';

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
