import { FtuError } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { config, slide, slides, source } from '../../tests/split-slides.js';
import { parseTrainConfig } from '../config/parse-config.js';
import type { SourceSlide } from '../dataset/sources.js';
import { windowPlan } from '../sampling/plan.js';
import { checkSplit } from './check-split.js';
import { balanceNotes } from './slide-groups.js';
import { type Split, splitSlides } from './split.js';

const split = (settings: object, of = slides, fold = 0) => {
  const result = splitSlides(of, parseTrainConfig({ data: '-', out: '-', ...settings }), fold);
  const keys = (side: Split['train']) => side.map(({ key }) => key);
  return { train: keys(result.train), validate: keys(result.validate), warnings: result.warnings };
};

describe('folds of tiles', () => {
  const many = ['z', 'a', 'm'].map((id, s) =>
    source(`${id} ${id}`, {
      tiles: Array.from({ length: 20 }, (_, i) => ({ x: i * 64, y: 0, density: i % 3 === 0 ? 0 : (i + s) / 100 })),
    }),
  );
  const held = (settings: object, of: readonly SourceSlide[] = many) =>
    splitSlides(of, parseTrainConfig({ data: '-', out: '-', split: 'tiles', ...settings }), 0).validate.flatMap(
      ({ key, only = [] }) => only.map(({ x }) => `${key}${x}`),
    );

  it('follow the seed, and come in the order of the slides names whatever their order is', () => {
    expect(held({ seed: 1 })).toEqual(held({ seed: 1 }, [...many].reverse()));
    expect(held({ seed: 1 })).not.toEqual(held({ seed: 2 }));
    expect([...held({ seed: 1 })].map((place) => place[0]).join('')).toMatch(/^a+m+z+$/);
  });

  it('take their bins from the tiles with objects, where asked', () => {
    const bins = { densityBins: 4, seed: 1 };
    expect(held({ ...bins, stratification: 'positive-tiles' })).not.toEqual(held(bins));
    // A bin of their own: of the 21 tiles without objects every fold holds four or five out.
    for (const fold of [0, 1, 2, 3, 4]) {
      const config = parseTrainConfig({
        data: '-',
        out: '-',
        split: 'tiles',
        stratification: 'positive-tiles',
        ...bins,
      });
      const empty = splitSlides(many, config, fold).validate.flatMap(({ only = [] }) =>
        only.filter(({ density }) => density === 0),
      );
      expect(empty.length === 4 || empty.length === 5).toBe(true);
    }
  });

  it('hold no tile that is not listed', () => {
    const background = source('background g', { tiles: [] });
    expect(held({ seed: 1 }, [...many, background])).toEqual(held({ seed: 1 }));
  });
});

describe('splitSlides', () => {
  it('trains on everything without validation when asked', () => {
    expect(split({ split: 'none' })).toMatchObject({ train: ['a1', 'a2', 'b1', 'b2', 'c1', 'd1'], validate: [] });
  });

  it('keeps groups on one side, and every slide validates in exactly one fold', () => {
    const validated: string[] = [];
    for (const fold of [0, 1, 2]) {
      const { train, validate, warnings } = split({ group: 'donor', foldCount: 3 }, slides, fold);
      const donors = (ids: string[]) => new Set(ids.map((id) => id[0]));
      for (const donor of donors(validate)) expect(donors(train).has(donor)).toBe(false);
      expect(warnings).toEqual([]);
      validated.push(...validate);
    }
    expect(validated.sort()).toEqual(slides.map(({ key }) => key));
  });

  it('groups by slide where the table names no group, and the seed moves no fold', () => {
    const first = split({ group: 'none', foldCount: 6 });
    expect(first.validate).toHaveLength(1);
    expect(split({ group: 'none', foldCount: 6, seed: 9 })).toEqual(first);
  });

  it('keeps the slides of a column that names donors on one side, and says so', () => {
    const found = splitSlides(slides, config({ foldCount: 3 }), 1);
    expect(found.train).toEqual(splitSlides(slides, config({ foldCount: 3, group: 'donor' }), 1).train);
    expect(found.notes).toEqual([expect.stringMatching(/^grouped by column "donor": 4 groups of 6 slides/)]);
    expect(found.grouping).toEqual({ column: 'donor', groups: 4, bothSides: null });
    const single = [0, 1, 2].map((fold) => splitSlides(slides, config({ foldCount: 3, group: 'none' }), fold));
    expect(single.some(({ warnings }) => /^donor [ab].*trained on and validated/.test(warnings[0] ?? ''))).toBe(true);
    for (const { grouping, warnings } of single) {
      expect(grouping).toEqual({ column: null, groups: 6, bothSides: warnings[0] ?? null });
    }
  });

  it('says that a column groups nothing', () => {
    expect(splitSlides(slides, parseTrainConfig({ data: '-', out: '-', group: 'id' }), 0).notes).toEqual([
      'column "id" has another value for every slide: it groups nothing',
    ]);
  });

  it('validates on official slides alone, and warns by name where a group is on both sides', () => {
    const external = source('e1 a', { role: 'external', source: 'web' });
    const { train, validate } = split({ group: 'none', foldCount: 6 }, [...slides, external]);
    expect(train).toContain('e1');
    expect(validate).not.toContain('e1');
    const leaking = Array.from({ length: 4 }, (_, fold) =>
      split({ group: 'donor', foldCount: 4 }, [...slides, external], fold),
    );
    const warned = leaking.filter(({ warnings }) => warnings.length > 0);
    expect(warned).toHaveLength(1);
    expect(warned[0]?.validate).toEqual(['a1', 'a2']);
    expect(warned[0]?.warnings[0]).toMatch(/^donor a: trained on and validated/);
    expect(() => split({ validate: 'id=e1' }, [...slides, external])).toThrow(
      'slide "e1" is external and may not validate',
    );
  });

  it('deals tiles out like the reference solution when asked, each to one side, and says that groups leak', () => {
    const seen = new Map<string, number>();
    for (let fold = 0; fold < 4; fold++) {
      const config = parseTrainConfig({
        data: '-',
        out: '-',
        split: 'tiles',
        foldCount: 4,
        sampling: { windows: 'grid' },
      });
      const { train, validate, warnings } = splitSlides(slides, config, fold);
      expect(warnings[0]).toMatch(/trained on and validated/);
      for (const { key, only = [] } of validate) {
        const training = train.find((entry) => entry.key === key)?.tiles ?? [];
        expect(training.length + only.length).toBe(4);
        for (const { x } of only) {
          expect(training.some((tile) => tile.x === x)).toBe(false);
          seen.set(`${key} ${x}`, (seen.get(`${key} ${x}`) ?? 0) + 1);
        }
      }
      // Stratified: each fold has two of the eight tiles with glomeruli.
      expect(validate.flatMap(({ only = [] }) => only).filter(({ density }) => density > 0)).toHaveLength(2);
    }
    expect([...seen.values()]).toEqual(new Array(24).fill(1));
  });

  it('takes filters, alone and with folds inside them', () => {
    expect(split({ validate: 'centre=far' })).toMatchObject({
      train: ['a1', 'a2', 'b1', 'b2', 'c1'],
      validate: ['d1'],
    });
    expect(split({ train: 'donor=a', validate: 'donor=b|c' })).toMatchObject({
      train: ['a1', 'a2'],
      validate: ['b1', 'b2', 'c1'],
    });
    const { train, validate } = split({ train: 'centre!=far', group: 'donor', foldCount: 3 });
    expect([...train, ...validate].sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  });

  it.each([
    [{ group: 'hospital' }, /no column "hospital".*use one of: id, donor, centre/],
    [
      { group: 'donor', foldCount: 9 },
      /there are 4 groups of slides for 9 folds; use `--fold-count 4`, or `--group none` for folds of single slides/,
    ],
    [{ train: 'id=a1' }, /there is one group of slides for 5 folds; use `--split none`/],
    [{ train: 'donor=a|b', validate: 'donor=b' }, /"b1" would train and validate/],
    [{ validate: 'centre=near|far' }, /no slides are left to train on/],
  ])('refuses %o', (settings, message) => {
    expect(() => split(settings)).toThrow(FtuError);
    expect(() => split(settings)).toThrow(message);
  });

  it('warns of a source of which the filter leaves nothing', () => {
    const more = { ...source('x1 a'), source: 'more', role: 'external' as const };
    const warnings = (train: string) =>
      splitSlides([...slides, more], parseTrainConfig({ data: '-', out: '-', split: 'none', train }), 0).warnings;
    expect(warnings('donor!=a')).toEqual([
      'source more trains nothing: `donor!=a` of --train picks no slide of it (it has 1 slide)',
    ]);
    expect(warnings('donor!=b')).toEqual([]);
  });

  it('refuses training slides without a labelled pixel', () => {
    const empty = slides.map((entry) => ({ ...entry, slide: slide(entry.key, 'a', 0) }));
    expect(() => split({ split: 'none' }, empty)).toThrow(/none of the training slides has a labelled pixel/);
  });
});

describe('sampling.balanceBy', () => {
  const drawn = ['x', 'y'].map((id) => {
    const made = source(`${id} none`, { source: 'drawn', role: 'external' });
    return { ...made, slide: { ...made.slide, columns: { id } } };
  });
  const config = (balanceBy: string, balance?: number) =>
    parseTrainConfig({ data: '-', out: '-', split: 'none', sampling: { balanceBy, balance } });
  /** The share of windows that come from each slide. */
  const shares = (of: readonly SourceSlide[], balanceBy: string, balance?: number): number[] => {
    const rooms = of.map(({ slide: { width, height } }) => ({ width, height, objects: new Int32Array() }));
    const plan = windowPlan(of, rooms, config(balanceBy, balance), { side: 64, grid: 64 });
    return plan.kind === 'free' ? [...plan.shares] : [];
  };

  it('counts the slides of a source that only trains as one value where its table lacks the column', () => {
    const [near, far] = [slides.slice(0, 5), slides.slice(5)];
    expect(shares([...near, ...far, ...drawn], 'centre')).toEqual([
      ...Array(5).fill(expect.closeTo(1 / 15)),
      expect.closeTo(1 / 3),
      ...Array(2).fill(expect.closeTo(1 / 6)),
    ]);
    expect(balanceNotes([...slides, ...drawn], 'centre')).toEqual([
      'source drawn has no column "centre": its slides count as one value of it in sampling.balanceBy',
    ]);
    expect(balanceNotes(slides, 'centre')).toEqual([]);
    expect(balanceNotes([...slides, ...drawn], undefined)).toEqual([]);
  });

  it('draws values less evenly where balance is below 1', () => {
    // Four slides in one value and one in the other.
    const of = [0, 1, 2, 3, 4].map((i) => {
      const made = source(`${i} none`, { source: 'drawn', role: 'external' });
      return { ...made, slide: { ...made.slide, columns: { size: i < 4 ? 'large' : 'small' } } };
    });
    const small = (balance: number) => shares(of, 'size', balance)[4];
    expect(small(1)).toBeCloseTo(1 / 2);
    expect(small(0.5)).toBeCloseTo(1 / 3);
    expect(small(0)).toBeCloseTo(1 / 5);
    expect(shares(of, 'size')).toEqual(shares(of, 'size', 1));
    expect(shares(of, 'size', 0.5).reduce((a, b) => a + b)).toBeCloseTo(1);
  });

  it('refuses an official slide without the column, before and after slides are prepared', () => {
    const official = drawn.map((one) => ({ ...one, role: 'official' as const }));
    expect(() => shares([...slides, ...official], 'centre')).toThrow('no column "centre"');
    const planned = (of: readonly SourceSlide[]) => of.map(({ slide, role }) => ({ ...slide, role }));
    expect(() => checkSplit(planned([...slides, ...official]), config('centre'))).toThrow('no column "centre"');
    expect(() => checkSplit(planned([...slides, ...drawn]), config('centre'))).not.toThrow();
  });
});
