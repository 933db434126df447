import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import type { SlideObject } from '../../protocol/objects.js';
import { createMemorySource } from '../memory-source.js';
import { readChunk } from '../outline-chunk.js';
import { readIndex } from '../outline-index.js';
import { takeOut } from './hidden.js';

const size = { width: 4096, height: 4096 };

/** Squares that keep apart, some of them much smaller than others. */
const objects = Array.from({ length: 900 }, (_, i): SlideObject => {
  const random = createRandom(i + 1);
  const side = i % 3 === 0 ? 1 + random.next() * 3 : 20 + random.next() * 60;
  const [x, y] = [20 + 134 * (i % 30) + random.next() * 40, 20 + 134 * Math.floor(i / 30) + random.next() * 40];
  return { id: `s${i}`, class: 'a', polygons: [[[x, y, x + side, y, x + side, y + side, x, y + side]]] };
});

describe('takeOut', () => {
  it('gives the coverage of the objects that are left', async () => {
    const source = createMemorySource(objects, size);
    const rest = createMemorySource(
      objects.filter((_, i) => i % 5 !== 0),
      size,
    );
    const index = readIndex(await source.index());
    const hidden = new Set(objects.filter((_, i) => i % 5 === 0).map(({ id }) => index.find(id)));
    const all = Array.from({ length: index.chunks }, (_, i) => i);
    for (const [level, x, y] of [
      [1, 3, 2],
      [2, 1, 1],
      [3, 1, 0],
      [4, 0, 0],
    ] as const) {
      const octets = new Uint8Array(await source.coverage(level, x, y));
      const before = octets.slice();
      await takeOut(index, { level, x, y }, octets, {
        hidden,
        isHidden: (object) => hidden.has(object),
        chunk: async (number) => readChunk(await source.chunk(number)),
        search: () => all,
      });
      const wanted = new Uint8Array(await rest.coverage(level, x, y));
      expect(octets).not.toEqual(before);
      let [seenMore, seenLess, apart] = [0, 0, 0];
      for (let i = 0; i < wanted.length; i += 2) {
        const [found = 0, right = 0] = [octets[i], wanted[i]];
        if (found > 0 && right === 0) seenMore++;
        if (found === 0 && right > 0) seenLess++;
        apart = Math.max(apart, Math.abs(found - right));
      }
      expect([seenMore, seenLess]).toEqual([0, 0]);
      expect(apart).toBeLessThanOrEqual(2);
    }
  });
});
