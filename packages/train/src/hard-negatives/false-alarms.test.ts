import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearBackground, falseAlarms } from './false-alarms.js';

const [width, height] = [200, 160];
const tile = { x: 30, y: 20, width: 64, height: 64 };
const slide = (mask: Uint8Array, soft?: Uint8Array) => ({ width, height, image: new Uint8Array(0), mask, soft });

/** Probabilities of the tile: `p` inside the boxes, a little elsewhere. */
function seen(boxes: readonly (readonly [x: number, y: number, side: number, p: number])[]): Float32Array {
  const found = new Float32Array(64 * 64).fill(0.1);
  for (const [left, top, side, p] of boxes) {
    for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) found[y * 64 + x] = p;
  }
  return found;
}

const fill = (raster: Uint8Array, value: number, x: number, y: number, side: number): Uint8Array => {
  for (let row = y; row < y + side; row++) raster.fill(value, row * width + x, row * width + x + side);
  return raster;
};

describe('falseAlarms', () => {
  it('finds what is seen in background, heaviest first, with its probability mass', () => {
    const alarms = falseAlarms(
      slide(new Uint8Array(width * height)),
      tile,
      seen([
        [4, 6, 8, 0.75],
        [40, 40, 10, 1],
        [60, 2, 1, 1],
      ]),
      1,
    );
    expect(alarms).toEqual([
      { box: { x: 70, y: 60, width: 10, height: 10 }, mass: 100 },
      { box: { x: 34, y: 26, width: 8, height: 8 }, mass: 48 },
      { box: { x: 90, y: 22, width: 1, height: 1 }, mass: 1 },
    ]);
  });

  it('takes no true object and no rim of one for a false alarm, and nothing that is unknown', () => {
    const mask = fill(new Uint8Array(width * height), 1, 40, 30, 12);
    // 2 pixels wider than the label on every side.
    expect(falseAlarms(slide(mask), tile, seen([[8, 8, 16, 0.9]]), 1)).toEqual([]);
    const soft = fill(new Uint8Array(width * height), 255, 40, 30, 12);
    expect(falseAlarms(slide(new Uint8Array(width * height), soft), tile, seen([[8, 8, 16, 0.9]]), 1)).toEqual([]);
    const [wide] = falseAlarms(slide(mask), tile, seen([[8, 8, 30, 0.9]]), 1);
    expect(wide?.box).toEqual({ x: 38, y: 28, width: 30, height: 30 });
    expect(wide?.mass).toBeCloseTo(0.9 * (30 * 30 - 16 * 16), 3);
  });

  it('looks at every class, and calls one class taken for another no false alarm', () => {
    const mask = fill(new Uint8Array(width * height), 2, 40, 30, 12);
    const probability = new Float32Array(2 * 64 * 64);
    probability.set(
      seen([
        [10, 10, 12, 0.9],
        [50, 50, 6, 0.6],
      ]),
    );
    expect(falseAlarms(slide(mask), tile, probability, 2).map(({ box }) => box)).toEqual([
      { x: 80, y: 70, width: 6, height: 6 },
    ]);
  });

  it('leaves out what hangs over the border of a small slide', () => {
    const over = { x: 0, y: 0, width: 64, height: 64 };
    const small = { width: 40, height: 64, image: new Uint8Array(0), mask: new Uint8Array(40 * 64) };
    const [alarm] = falseAlarms(small, over, seen([[30, 10, 20, 1]]), 1);
    expect(alarm).toEqual({ box: { x: 30, y: 10, width: 10, height: 20 }, mass: 200 });
  });
});

it('clearBackground is what is farther than the rim from every label, on either axis', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(width * height - 1), { maxLength: 6 }),
      fc.integer({ min: 0, max: 9 }),
      (labels, rim) => {
        const mask = new Uint8Array(width * height);
        for (const at of labels) mask[at] = 1;
        const clear = clearBackground(slide(mask), tile, 1, rim);
        for (let i = 0; i < clear.length; i++) {
          const [x, y] = [tile.x + (i % 64), tile.y + Math.floor(i / 64)];
          const near = labels.some(
            (at) => Math.max(Math.abs((at % width) - x), Math.abs(Math.floor(at / width) - y)) <= rim,
          );
          if (clear[i] !== (near ? 0 : 1)) throw new Error(`pixel ${x}, ${y}`);
        }
      },
    ),
    { numRuns: 30 },
  );
});
