import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseTrainConfig, trainConfigSchema } from './config.js';

describe('trainConfigSchema', () => {
  it('fills in defaults, nested ones as well, and takes its own output', () => {
    const config = parseTrainConfig({ data: 'd', out: 'o', augment: { zoom: 1.5 } });
    expect(config).toMatchObject({ batchSize: 8, augment: { zoom: 1.5, flips: true }, optimiser: { name: 'adam' } });
    expect(parseTrainConfig(config)).toEqual(config);
  });

  it.each([
    [{ epocs: 3 }, /Unrecognized key: "epocs"/],
    [{ augment: { zoom: 0 } }, /augment\.zoom/],
    [{ batchSize: 0 }, /batchSize/],
    [{ optimiser: { name: 'lion' } }, /optimiser\.name/],
    [{ validation: { threshold: 2 } }, /validation\.threshold/],
  ])('refuses %o, naming the setting', (settings, message) => {
    expect(() => parseTrainConfig({ data: 'd', out: 'o', ...settings }, 'run.yaml')).toThrow(message);
    expect(() => parseTrainConfig({ data: 'd', out: 'o', ...settings }, 'run.yaml')).toThrow(/^run\.yaml: /);
  });

  it('describes every setting, for help texts and editors', () => {
    const schema = z.toJSONSchema(trainConfigSchema, { io: 'input' });
    const undescribed = Object.entries(schema.properties ?? {}).filter(
      ([, value]) => typeof value === 'object' && value.description === undefined && value.properties === undefined,
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});
