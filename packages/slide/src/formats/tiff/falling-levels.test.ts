/** Levels that contradict each other are left out, whoever found them. */
import { expect, it } from 'vitest';
import { fallingLevels } from './falling-levels.js';
import type { TiffLevel } from './page.js';
import { type PageOfBlocks, pageOfBlocks } from './page-of-blocks.js';

const level = (side: number, name: string, photometric: 'rgb' | 'black-is-zero' = 'rgb'): TiffLevel => {
  const block = { blockWidth: 16, blockHeight: 16, compression: 'none', read: async () => new Uint8Array(768) };
  const size: PageOfBlocks = { name, width: side, height: side, ...block };
  return { width: side, height: side, downsample: 64 / side, pages: [{ ...pageOfBlocks(size), photometric }] };
};

it('get smaller and smaller, in the colours of the first', () => {
  const { levels, notes } = fallingLevels([
    level(64, 'a'),
    level(16, 'b'),
    level(32, 'c'),
    level(16, 'd'),
    level(8, 'e', 'black-is-zero'),
    level(128, 'f'),
  ]);
  expect(levels.map(({ pages: [{ name }] }) => name)).toEqual(['a', 'c', 'b']);
  expect(notes).toEqual([
    'a level of 128 x 128 pixels (f), which is not read: it is no smaller than a level of 64 x 64 pixels (a)',
    'a level of 16 x 16 pixels (d), which is not read: it is no smaller than a level of 16 x 16 pixels (b)',
    'a level of 8 x 8 pixels (e), which is not read: it is grey, and the slide is in colour',
  ]);
});
