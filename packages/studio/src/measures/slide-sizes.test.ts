import { wilsonInterval } from '@ftuseg/core';
import { expect, it } from 'vitest';
import { COMPLETE_AREA, type SlideObject } from '../protocol/objects.js';
import { correctedSizes, sizesOf } from './slide-sizes.js';

const object = (id: string, name: string): SlideObject => ({
  id,
  class: name,
  polygons: [[[0, 0, 10, 0, 10, 10, 0, 10]]],
});
const area = (): number => 100;

it('tells the share of sclerotic glomeruli, areas and other tissue apart', async () => {
  const objects = ['normal', 'normal', 'normal', 'sclerotic', 'artery', COMPLETE_AREA].map((name, i) =>
    object(`${i}`, name),
  );
  const { sclerosis, counts } = (await sizesOf({ objects: () => objects }, area)).summary(undefined, []);
  expect(counts).toEqual({ normal: 3, sclerotic: 1, artery: 1 });
  expect(sclerosis).toEqual({
    sclerotic: 1,
    all: 4,
    fraction: 0.25,
    interval: wilsonInterval(1, 4),
    classes:
      'counted as sclerotic: sclerotic; as other glomeruli: normal; not as glomeruli: artery; each object by itself, also one that touches another class',
  });
});

it('knows the share of none, where a class of the prediction is not found or was rejected', async () => {
  const table = {
    line: async (id: string) => (id === 'b' ? { class: 'sclerotic', area_um2: '70', area_px: '7' } : undefined),
    areas: new Map([
      ['normal', Float64Array.of(50, 60)],
      ['sclerotic', Float64Array.of(70)],
    ]),
    unit: 'um2',
  } as const;
  const classes = ['normal', 'sclerotic'];
  const before = (await correctedSizes(table, new Map(), area)).summary(2, classes);
  expect([before.sclerosis?.sclerotic, before.sclerosis?.all]).toEqual([1, 3]);
  const after = (await correctedSizes(table, new Map([['b', null]]), area)).summary(2, classes);
  expect(after).toMatchObject({
    densityPerMm2: 1,
    sclerosis: { sclerotic: 0, all: 2, fraction: 0, interval: wilsonInterval(0, 2) },
  });
  expect((await correctedSizes(table, new Map(), area)).summary(2, ['normal']).sclerosis?.sclerotic).toBe(1);
  const none = (await sizesOf({ objects: () => [object('a', 'glomerulus')] }, area)).summary(2, ['glomerulus']);
  expect(none.sclerosis).toBeUndefined();
});
