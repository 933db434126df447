import { expect, it } from 'vitest';
import { raster } from './raster.js';
import { isColourless, isPlain, isPlainWhite, lookAt, saturationOf, stainedShare } from './tissue.js';

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

/** A background with a square of another colour over a quarter of it, and a stroke of a pen over some rows. */
function scene(background: readonly number[], thing: readonly number[], penRows = 0) {
  const side = 200;
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const colour = y < penRows && x < 10 ? [20, 20, 220] : x < side / 2 && y >= side / 2 ? thing : background;
      data.set(colour, (y * side + x) * 3);
    }
  }
  return raster(side, side, 3, data);
}

it.each([
  ['grey', scene([235, 235, 235], [120, 120, 120])],
  ['pale', scene([250, 250, 250], [235, 225, 232])],
  ['fluorescent', scene([0, 0, 0], [90, 90, 90])],
  ['grey, with a stroke of a pen', scene([235, 235, 235], [120, 120, 120], 10)],
])('colour says nothing about a slide that is %s', (_, image) => {
  expect(isColourless(lookAt(image))).toBe(true);
});

it('colour tells tissue on a stained slide, also where little is there, and a plain picture shows nothing', () => {
  expect(isColourless(lookAt(scene([240, 240, 240], [200, 120, 180])))).toBe(false);
  const little = scene([240, 240, 240], [240, 240, 240], 20);
  expect([isColourless(lookAt(little)), isPlain(lookAt(little))]).toEqual([false, false]);
  const plain = scene([236, 236, 236], [238, 238, 238]);
  expect([isColourless(lookAt(plain)), isPlain(lookAt(plain))]).toEqual([false, true]);
});

it('white is white in every pixel that is looked at', () => {
  const image = raster(2, 2, 3, new Uint8Array(12).fill(250));
  expect(isPlainWhite(image)).toBe(true);
  image.data[10] = 240;
  expect(isPlainWhite(image)).toBe(false);
  expect(isPlainWhite(image, 2)).toBe(true);
});
