import { describe, expect, it } from 'vitest';
import { commonFolder, refuseAlone } from './predict/predict-on.js';

describe('ftu predict --on', () => {
  it('names the folder that the hosts must see', () => {
    expect(commonFolder(['/data/a/slides', '/data/a/models', '/data/a/slides/x'])).toBe('/data/a');
    expect(commonFolder(['/data/a', '/data/ab'])).toBe('/data');
    expect(commonFolder(['/data/a', '/other'])).toBe('/');
    expect(commonFolder(['/data/a'])).toBe('/data/a');
  });

  it.each([
    [{ overwrite: true }, '--overwrite'],
    [{ maxHours: 2 }, '--max-hours'],
    [{ estimateScale: 'ask' }, '--estimate-scale'],
    [{ onFailure: 'empty' }, '--on-failure empty'],
  ])('refuses %j by name', (options, name) => {
    expect(() => refuseAlone(options)).toThrow(`${name} does not go with --on: `);
  });

  it('takes what means the same on many hosts', () => {
    expect(() => refuseAlone({ overwrite: false, onFailure: 'withhold', dryRun: true })).not.toThrow();
  });
});
