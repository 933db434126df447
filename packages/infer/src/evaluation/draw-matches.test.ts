import { emptyRaster, matchObjects, type Raster, raster, runsOfRaster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { drawMatches } from './draw-matches.js';

const [GREEN, BLUE, ORANGE, WHITE] = ['0,220,90', '0,90,255', '255,130,0', '255,255,255'];
const SIDE = 200;

function squares(...list: readonly (readonly [x: number, y: number, side: number])[]): Raster {
  const mask = emptyRaster(SIDE, SIDE);
  for (const [x, y, side] of list) {
    for (let row = y; row < y + side; row++) mask.data.fill(1, row * SIDE + x, row * SIDE + x + side);
  }
  return mask;
}

function draw(prediction: Raster, truth: Raster, width = SIDE) {
  const [predicted, actual] = [runsOfRaster(prediction), runsOfRaster(truth)];
  const image = raster(width, width, 3, new Uint8Array(width * width * 3).fill(30));
  const picture = drawMatches(image, [
    { prediction: predicted, truth: actual, matched: matchObjects(predicted, actual) },
  ]);
  expect(image.data.every((value) => value === 30)).toBe(true);
  const at = (x: number, y: number): string =>
    [...picture.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)].join();
  /** Share of a square's pixels that have a colour. */
  const share = (colour: string, [left, top, side]: readonly [number, number, number]): number => {
    let count = 0;
    for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) if (at(x, y) === colour) count++;
    return count / side ** 2;
  };
  return { at, share };
}

describe('drawMatches', () => {
  it('outlines true positives, hatches false negatives and crosses false positives', () => {
    const { at, share } = draw(squares([20, 20, 40], [120, 120, 40]), squares([22, 20, 40], [120, 20, 40]));
    expect([at(20, 40), at(59, 40), at(40, 20)]).toEqual([GREEN, GREEN, GREEN]);
    expect(at(61, 40)).toBe(WHITE);
    expect(at(40, 40)).toBe('30,30,30');
    const inside = (x: number, y: number) => [x + 8, y + 8, 24] as const;
    expect(at(120, 40)).toBe(BLUE);
    expect(share(BLUE, inside(120, 20))).toBeCloseTo(1 / 4, 12);
    expect(at(120, 140)).toBe(ORANGE);
    expect(share(ORANGE, inside(120, 120))).toBeCloseTo(1 - (3 / 4) ** 2, 1);
    expect(share('30,30,30', [70, 0, 40])).toBe(1);
  });

  it('makes small objects large enough to be seen, however far the slide shrinks', () => {
    const { share } = draw(squares([100, 100, 2]), squares(), 20);
    expect(share(ORANGE, [6, 6, 9])).toBeGreaterThan(0.6);
    const corner = draw(squares(), squares([199, 199, 1]), 20);
    expect(corner.share(BLUE, [15, 15, 5])).toBeGreaterThan(0.5);
  });

  it('draws nothing where there is nothing', () => {
    expect(draw(squares(), squares()).share('30,30,30', [0, 0, SIDE])).toBe(1);
  });
});
