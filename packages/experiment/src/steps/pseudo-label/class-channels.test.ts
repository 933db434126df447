import { raster } from '@ftuseg/core';
import { expect, it } from 'vitest';
import { maskClasses, pickChannels } from './class-channels.js';

const known = ['normal', 'sclerotic'];

it('takes labels of masks by the names of classes', () => {
  expect(maskClasses(known, ['sclerotic', 'normal'])).toEqual({ names: ['sclerotic', 'normal'], values: [[2], [1]] });
  expect(maskClasses(known, ['sclerotic'])).toEqual({
    names: ['sclerotic'],
    values: [[2]],
    areas: { background: { values: [1], objects: [] } },
  });
  expect(maskClasses(['glomerulus'], ['glomerulus'])).toEqual({ names: ['glomerulus'], values: undefined });
  expect(() => maskClasses(known, ['glomerulus'])).toThrow('know normal, sclerotic, not the class glomerulus');
});

it('takes channels of probabilities by order', () => {
  const probability = raster(2, 1, 2, Float32Array.of(0.1, 0.2, 0.3, 0.4));
  expect([...pickChannels(probability, [1, 0]).data]).toEqual([...Float32Array.of(0.2, 0.1, 0.4, 0.3)]);
  expect(pickChannels(probability, [1])).toMatchObject({ channels: 1, data: Float32Array.of(0.2, 0.4) });
  expect(pickChannels(probability, [0, 1])).toBe(probability);
});
