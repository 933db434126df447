import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../settings/resolve-settings.js';
import { defaultClasses } from './default-classes.js';
import { describeSetting, keyOf, predictSettingsOf, startOf, type TunedSettings } from './tuned-settings.js';

const classes = ['normal', 'sclerotic'];
const found: TunedSettings = {
  threshold: [0.41, 0.6],
  crf: 'sxy=1.5,compat=3,iterations=5',
  fillHoles: true,
  minimumArea: [1200, 0],
  minimumAreaUnit: 'um2',
  peak: [0, 0.8],
};

describe('tuned settings', () => {
  it('come back from what prediction is given', () => {
    const settings = predictSettingsOf({ views: 'd4', crf: 'none' }, found, classes);
    expect(settings).toMatchObject({ views: 'd4', threshold: { normal: 0.41, sclerotic: 0.6 } });
    const { threshold, fillHoles, minimumArea, peak } = found;
    expect(resolveSettings(settings, { classes, threshold: 0.5 })).toMatchObject({
      threshold,
      fillHoles,
      minimumArea,
      peak,
    });
    expect(startOf(settings, { classes, threshold: 0.5 }, 'um2')).toEqual(found);
    expect(predictSettingsOf({}, { ...found, threshold: [0.3] }, ['glomerulus'])).toMatchObject({ threshold: 0.3 });
  });

  it('come back for names with commas and equals signs, in the order of the classes', () => {
    const odd = ['sclerotic, global', '7', 'a=b', 'b'];
    const tuned = { ...found, threshold: [0.1, 0.2, 0.3, 0.4], minimumArea: [1, 2, 3, 4], peak: [0.5, 0.5, 0.5, 0.5] };
    const read = JSON.parse(JSON.stringify(predictSettingsOf({}, tuned, odd)));
    const { threshold, minimumArea, peak } = tuned;
    expect(resolveSettings(read, { classes: odd, threshold: 0.5 })).toMatchObject({ threshold, minimumArea, peak });
    expect(describeSetting('threshold', tuned, odd)).toContain('"sclerotic, global"=0.1');
  });

  it('begin with the defaults of prediction and the threshold of the cards', () => {
    expect(startOf({}, { classes, threshold: 0.45 }, 'um2')).toEqual({
      threshold: [0.45, 0.45],
      crf: 'none',
      fillHoles: false,
      minimumArea: [0, 0],
      minimumAreaUnit: 'um2',
      peak: [0, 0],
    });
    expect(() => startOf({ crf: 'refrence' }, { classes, threshold: 0.5 }, 'um2')).toThrow('refrence');
  });

  it('say the unit of their least area, and take none of a card in pixels', () => {
    const known = { classes, threshold: 0.5, leastArea: [900, 900] };
    expect([startOf({}, known, 'um2').minimumArea, startOf({}, known, 'px').minimumArea]).toEqual([
      [900, 900],
      [0, 0],
    ]);
    expect(predictSettingsOf({}, { ...found, minimumAreaUnit: 'px' }, classes)).toMatchObject({
      minimumAreaUnit: 'px',
    });
    expect(predictSettingsOf({}, { ...found, minimumArea: [0, 0] }, classes)).not.toHaveProperty('minimumAreaUnit');
    expect(describeSetting('minimumArea', found, classes)).toBe('normal=1200, sclerotic=0 µm²');
  });

  it('are described, and told apart', () => {
    expect(describeSetting('threshold', found, classes)).toBe('normal=0.41, sclerotic=0.6');
    expect(describeSetting('fillHoles', found, classes)).toBe('yes');
    expect(describeSetting('crf', found, classes)).toBe(found.crf);
    expect(keyOf(found)).toBe(keyOf({ ...found }));
    expect(keyOf(found)).not.toBe(keyOf({ ...found, peak: [0, 0.7] }));
  });
});

it('a single class is any label, several are 1, 2 and so on', () => {
  expect(defaultClasses(['glomerulus'])).toEqual({ names: ['glomerulus'], values: undefined });
  expect(defaultClasses(classes)).toEqual({ names: classes, values: [[1], [2]] });
});
