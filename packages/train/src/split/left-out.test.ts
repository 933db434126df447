import { describe, expect, it } from 'vitest';
import { config, dataset, slides, source } from '../../tests/split-slides.js';
import type { SourceSlide } from '../dataset/sources.js';
import { checkSplit } from './check-split.js';
import { splitSlides } from './split.js';

describe('what trains beside what validates', () => {
  it('keeps slides of one picture on one side whatever groups they are in, and says so', () => {
    const twice = slides.map((entry, i) => ({ ...entry, picture: `picture ${i >> 1}` }));
    for (const fold of [0, 1, 2]) {
      const { train, validate, grouping, notes } = splitSlides(twice, config({ group: 'none', foldCount: 3 }), fold);
      expect(validate).toHaveLength(2);
      expect(train.some(({ picture }) => picture === validate[0]?.picture)).toBe(false);
      expect(grouping).toMatchObject({ groups: 3, bothSides: null });
      expect(notes).toEqual([
        '6 slides show 3 pictures (a1, a2, b1, b2 and 2 more): slides of one picture stay on one side',
      ]);
    }
    // c1 of donor c and d1 of donor d are one picture.
    expect(splitSlides(twice, config({ group: 'donor', foldCount: 3 }), 0).grouping.groups).toBe(3);
    expect(() => splitSlides(twice, config({ group: 'donor', foldCount: 4 }), 0)).toThrow(
      'there are 3 groups of slides for 4 folds, since slides of one picture stay together',
    );
    const planned = twice.map(({ slide: { id, columns }, role, picture }) => ({ id, columns, role, picture }));
    expect(() => checkSplit(planned, config({ group: 'donor', foldCount: 4 }))).toThrow('there are 3 groups');
  });

  it('leaves out of training what shows a picture that validates, in any role, and counts it', () => {
    const officials = slides.map((entry) => ({ ...entry, picture: entry.key }));
    const others = (['external', 'pseudo', 'unlabelled'] as const).flatMap((role) =>
      ['a1', 'b1'].map((key) => source(`${role}-${key} web`, { role, source: role, picture: key })),
    );
    const found = splitSlides([...officials, ...others], config({ validate: 'id=b1|b2' }), 0);
    expect(found.train.map(({ key }) => key)).toEqual(['a1', 'a2', 'c1', 'd1', 'external-a1', 'pseudo-a1']);
    expect(found.unlabelled.map(({ key }) => key)).toEqual(['unlabelled-a1']);
    expect(found.notes).toEqual([
      '1 external slide left out of training, because its picture validates: external-b1',
      '1 pseudo-labelled slide left out of training, because its picture validates: pseudo-b1',
      '1 unlabelled slide left out of training, because its picture validates: unlabelled-b1',
    ]);
    const copy = source('copy e', { picture: 'b1' });
    const kept = splitSlides([...officials, copy], config({ validate: 'id=b1' }), 0);
    expect(kept.notes).toEqual(['1 slide left out of training, because its picture validates: copy']);
    const tiled = splitSlides(officials, config({ split: 'tiles', sampling: { windows: 'grid' } }), 0);
    expect(tiled.train).toHaveLength(6);
  });

  it('holds out what the filter picks of sources with drawn labels, and says where pictures without train', () => {
    const of = (role: SourceSlide['role'], columns: Record<string, string>, key = `${role}-${columns.id}`) => {
      const made = source(`${key} x`, { role, source: role, dataset: { ...dataset, folder: role } });
      return { ...made, slide: { ...made.slide, id: columns.id ?? '', columns } };
    };
    const far = { id: 'd1', centre: 'far' };
    const all = [
      ...slides,
      of('external', far),
      of('external', { id: 'e2' }),
      of('pseudo', far),
      of('unlabelled', far),
    ];
    const found = splitSlides(all, config({ validate: 'centre=far' }), 0);
    expect(found.train.map(({ key }) => key)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'external-e2', 'pseudo-d1']);
    expect(found.notes).toEqual([
      '1 external slide left out of training, because validate "centre=far" picks it: external-d1',
    ]);
    expect(found.warnings).toEqual([
      'validate "centre=far" also picks 2 slides without drawn labels that are trained on (pseudo-d1, unlabelled-d1): slides like these that no training saw may score lower',
    ]);
    // A table without the column, and ids of another table, say nothing.
    const unlike = splitSlides(all, config({ validate: 'centre!=near' }), 0);
    expect(unlike.train.map(({ key }) => key)).toContain('external-e2');
    const byId = splitSlides(all, config({ validate: 'id=d1' }), 0);
    expect(byId).toMatchObject({ notes: [], warnings: [] });
    expect(byId.train.map(({ key }) => key)).toContain('external-d1');
  });

  it('leaves an empty cell of a column that is asked for to the slide', () => {
    const gaps = slides.map((entry, i) => ({
      ...entry,
      slide: { ...entry.slide, columns: { id: entry.key, patient: i < 2 ? 'p' : '' } },
    }));
    expect(splitSlides(gaps, config({ group: 'patient', foldCount: 5 }), 0).grouping.groups).toBe(5);
  });
});
