import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../raster/components.js';
import { raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { ComponentBoxes } from './component-boxes.js';

function streamed(mask: Uint8Array, width: number, rowsAtOnce: number): number[] {
  const boxes = new ComponentBoxes(width);
  for (let at = 0; at < mask.length; at += width * rowsAtOnce) boxes.push(mask.subarray(at, at + width * rowsAtOnce));
  return [...boxes.finish()];
}

const labelled = (mask: Uint8Array, width: number): number[] =>
  connectedComponents(raster(width, mask.length / width, 1, mask)).components.flatMap(({ box }) => [
    box.x,
    box.y,
    box.width,
    box.height,
  ]);

describe('ComponentBoxes', () => {
  it('has the boxes of connectedComponents, in its order, however the rows are cut', () => {
    const masks = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 30 }),
      share: fc.constantFrom(0, 0.05, 0.3, 0.5, 0.8, 1),
      rowsAtOnce: fc.integer({ min: 1, max: 31 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(masks, ({ width, height, share, rowsAtOnce, seed }) => {
        const random = createRandom(seed);
        const mask = Uint8Array.from({ length: width * height }, () => (random.chance(share) ? 1 << random.int(8) : 0));
        expect(streamed(mask, width, rowsAtOnce)).toEqual(labelled(mask, width));
      }),
      { numRuns: 300 },
    );
  });

  it('joins arms that meet late under the first of them, and what touches at corners', () => {
    const picture = ['1.....1.', '1.1...1.', '1.1.1.1.', '.11111..', '.......1'];
    const mask = Uint8Array.from(picture.join(''), (pixel) => (pixel === '1' ? 1 : 0));
    expect(streamed(mask, 8, 2)).toEqual([0, 0, 7, 4, 7, 4, 1, 1]);
  });

  it('has no boxes for an empty mask', () => {
    expect(streamed(new Uint8Array(77), 11, 3)).toEqual([]);
  });
});
