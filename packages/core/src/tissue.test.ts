import { expect, it } from 'vitest';
import { raster } from './raster.js';
import { saturationOf, stainedShare } from './tissue.js';

it('has the saturation of HSV as OpenCV scales it', () => {
  expect(saturationOf(255, 0, 0)).toBe(255);
  expect(saturationOf(200, 100, 150)).toBe(127.5);
  expect(saturationOf(90, 90, 90)).toBe(0);
  expect(saturationOf(0, 0, 0)).toBe(0);
});

it('counts what is stained, of all pixels or of every second', () => {
  const grey = [230, 230, 230];
  const pink = [220, 150, 200];
  const image = raster(2, 2, 3, Uint8Array.from([grey, pink, pink, pink].flat()));
  expect(stainedShare(image)).toBe(0.75);
  expect(stainedShare(image, 2)).toBe(0);
});
