import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../config/parse-config.js';
import { idleNotes } from './idle-notes.js';

const config = (settings: object) => parseTrainConfig({ data: '-', out: '-', split: 'none', ...settings });

/** A slide of a source with so many tiles with objects and without. */
const slide = (source: string, positive: number, negative: number, share: { positive: number; negative: number }) => ({
  source,
  tiles: [...Array(positive).fill(0.2), ...Array(negative).fill(0)].map((density, i) => ({ x: 64 * i, y: 0, density })),
  ...share,
});

describe('idleNotes', () => {
  const all = { positive: 1, negative: 1 };

  it('has nothing to say of settings that do what they say', () => {
    const train = [slide('official', 4, 4, all), slide('official', 0, 2, all)];
    const usual = { augment: { preset: 'strong' }, optimiser: { accumulate: 4 }, sampling: { windows: 'grid' } };
    expect(idleNotes(config(usual), { stepsPerEpoch: 4, train })).toEqual([]);
  });

  it('tells of an update that an epoch has too few batches for, and of pasting from other slides where there are none', () => {
    const settings = config({ augment: { preset: 'strong' }, optimiser: { accumulate: 5 } });
    expect(idleNotes(settings, { stepsPerEpoch: 4, train: [slide('official', 4, 4, all)] })).toEqual([
      expect.stringMatching(/optimiser\.accumulate of 5: an epoch has 4 batches/),
      expect.stringMatching(/augment\.cutMix does nothing/),
    ]);
  });

  it('tells of shares that come to less than one tile, with the tiles of all slides of a source together', () => {
    const train = [slide('official', 3, 5, { positive: 1, negative: 0.1 }), slide('official', 1, 4, all)];
    const more = [
      slide('more', 0, 9, { positive: 0.1, negative: 0 }),
      slide('few', 3, 0, { positive: 0.3, negative: 1 }),
    ];
    const grid = config({ sampling: { windows: 'grid' } });
    const notes = idleNotes(grid, { stepsPerEpoch: 4, train: [...train, ...more] });
    expect(notes).toEqual([
      'official: none of its tiles without objects is drawn: 0.1 of 9 is less than one',
      'few: none of its tiles with objects is drawn: 0.3 of 3 is less than one',
    ]);
    expect(idleNotes(config({}), { stepsPerEpoch: 4, train: [...train, ...more] })).toEqual([]);
  });
});
