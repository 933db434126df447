import { raster, runsOfRaster } from '@ftuseg/core';
import { parseClasses } from '@ftuseg/slide';
import { expect, it } from 'vitest';
import { countClasses } from './count-classes.node.js';

const mask = (...labels: number[]) => runsOfRaster(raster(labels.length, 1, 1, Uint8Array.from(labels)));
const predicted = mask(1, 0, 2, 2);
const [first, second] = [mask(1, 0, 0, 0), mask(0, 0, 1, 1)];
const pixelsOf = (text: string, ...classes: ReturnType<typeof mask>[]) =>
  countClasses(predicted, ['normal', 'sclerotic'], { classes }, { iou: 0.5, classes: parseClasses(text) }).map(
    ({ pixels }) => pixels.intersection,
  );

it('counts classes under their names, in whatever order they are asked for', () => {
  expect(pixelsOf('sclerotic=2;normal=1', second, first)).toEqual([2, 1]);
  expect(pixelsOf('sclerotic=2;background=1', second)).toEqual([2]);
  expect(() => pixelsOf('scl=2;background=1', second)).toThrow('the prediction has no class scl');
});
