import { FtuError } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from './config.js';
import type { Dataset, PreparedSlide } from './dataset.js';
import { splitDataset } from './split.js';

const slide = (id: string, donor: string, pixels = 5): PreparedSlide => ({
  id,
  width: 10,
  height: 10,
  sourceWidth: 10,
  sourceHeight: 10,
  downsample: 1,
  pixels: { glomerulus: pixels },
  inputs: [],
  digest: '',
  columns: { id, donor, centre: donor === 'd' ? 'far' : 'near' },
});

const dataset: Dataset = {
  folder: 'data',
  format: 1,
  classes: ['glomerulus'],
  micronsPerPixel: 2,
  tile: 64,
  overlap: 0,
  slides: ['a1 a', 'a2 a', 'b1 b', 'b2 b', 'c1 c', 'd1 d'].map((text) => {
    const [id = '', donor = ''] = text.split(' ');
    return slide(id, donor);
  }),
};

const split = (settings: object, data = dataset) => {
  const { train, validate } = splitDataset(data, parseTrainConfig({ data: '-', out: '-', ...settings }));
  return { train: train.map(({ id }) => id), validate: validate.map(({ id }) => id) };
};

describe('splitDataset', () => {
  it('trains on everything when nothing is asked', () => {
    expect(split({})).toEqual({ train: ['a1', 'a2', 'b1', 'b2', 'c1', 'd1'], validate: [] });
  });

  it('keeps groups on one side, and every slide validates in exactly one fold', () => {
    const validated: string[] = [];
    for (const fold of [0, 1, 2]) {
      const { train, validate } = split({ group: 'donor', folds: 3, fold });
      const donors = (ids: string[]) => new Set(ids.map((id) => id[0]));
      for (const donor of donors(validate)) expect(donors(train).has(donor)).toBe(false);
      validated.push(...validate);
    }
    expect(validated.sort()).toEqual(dataset.slides.map(({ id }) => id));
  });

  it('takes filters, alone and with folds inside them', () => {
    expect(split({ validate: 'centre=far' })).toEqual({ train: ['a1', 'a2', 'b1', 'b2', 'c1'], validate: ['d1'] });
    expect(split({ train: 'donor=a', validate: 'donor=b|c' })).toEqual({
      train: ['a1', 'a2'],
      validate: ['b1', 'b2', 'c1'],
    });
    const { train, validate } = split({ train: 'centre!=far', group: 'donor', folds: 3 });
    expect([...train, ...validate].sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  });

  it.each([
    [{ group: 'hospital' }, /no column "hospital".*use one of: id, donor, centre/],
    [{ group: 'donor', folds: 9 }, /cannot fill 9 folds/],
    [{ group: 'donor', folds: 3, fold: 3 }, /no fold 3 of 3/],
    [{ fold: 1 }, /column that keeps a fold together/],
    [{ group: 'donor', validate: 'centre=far' }, /given twice/],
    [{ train: 'donor=a|b', validate: 'donor=b' }, /"b1" would train and validate/],
    [{ validate: 'centre=near|far' }, /no slides are left to train on/],
  ])('refuses %o', (settings, message) => {
    expect(() => split(settings)).toThrow(FtuError);
    expect(() => split(settings)).toThrow(message);
  });

  it('refuses training slides without a labelled pixel', () => {
    const empty = { ...dataset, slides: dataset.slides.map(({ id, columns }) => slide(id, columns.donor ?? '', 0)) };
    expect(() => split({}, empty)).toThrow(/none of the training slides has a labelled pixel/);
  });
});
