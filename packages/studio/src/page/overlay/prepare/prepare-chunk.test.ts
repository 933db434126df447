import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../outlines/memory-source.js';
import { polygonsIn, readChunk } from '../../../outlines/outline-chunk.js';
import { readIndex } from '../../../outlines/outline-index.js';
import type { SlideObject } from '../../../protocol/objects.js';
import { prepareChunk, RING_END } from './prepare-chunk.js';
import { circleStrip, prepareStrips, STRIP_UNITS } from './strips.js';

const blob = (number: number): SlideObject => {
  const random = createRandom(number + 3);
  const around = (radius: number, corners: number, turn: 1 | -1): number[] =>
    Array.from({ length: corners }, (_, i) => {
      const angle = (turn * 2 * Math.PI * i) / corners;
      const r = radius * (0.8 + 0.2 * random.next());
      return [500 + 60 * number + r * Math.cos(angle), 400 + r * Math.sin(angle)];
    }).flat();
  return { id: `b${number}`, class: number % 2 === 0 ? 'x' : 'y', polygons: [[around(25, 60, 1), around(8, 12, -1)]] };
};

async function open() {
  const source = createMemorySource([0, 1, 2, 3].map(blob), { width: 2000, height: 1000 });
  const index = readIndex(await source.index());
  const chunk = readChunk(await source.chunk(0));
  return { index, chunk };
}

/** Twice the area of triangles. */
function areaOf(words: Int32Array, triangles: Uint16Array | Uint32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i += 3) {
    const [a = 0, b = 0, c = 0] = triangles.subarray(i, i + 3);
    const [ax = 0, ay = 0] = words.subarray(4 * a, 4 * a + 2);
    const [bx = 0, by = 0] = words.subarray(4 * b, 4 * b + 2);
    const [cx = 0, cy = 0] = words.subarray(4 * c, 4 * c + 2);
    sum += (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  }
  return sum;
}

describe('a chunk for the graphics card', () => {
  it('has every corner, rings closed, and triangles whose areas are the objects by class', async () => {
    const { index, chunk } = await open();
    const prepared = prepareChunk(chunk, index.classOf, 0);
    const words = new Int32Array(prepared.vertices);
    expect(prepared.count).toBe(index.chunkVertices[0]);
    const ends = Array.from({ length: prepared.count }, (_, i) => i).filter(
      (i) => ((words[4 * i + 2] ?? 0) & RING_END) !== 0,
    );
    expect(ends).toHaveLength(8);
    let first = 0;
    for (const end of ends) {
      expect(words.slice(4 * end, 4 * end + 2)).toEqual(words.slice(4 * first, 4 * first + 2));
      first = end + 1;
    }
    const { ranges, triangles } = prepared;
    for (let i = 0; i < ranges.length; i += 3) {
      const [classNumber = 0, from = 0, count = 0] = ranges.subarray(i, i + 3);
      const wanted = index.areas.reduce(
        (sum, area, object) => (index.classOf[object] === classNumber ? sum + area : sum),
        0,
      );
      expect(areaOf(words, triangles, from, count) / 2 / 256).toBeCloseTo(wanted, 6);
    }
    expect(ranges.length).toBe(6);
  });

  it('keeps fewer corners, each of the object, where these are enough', async () => {
    const { index, chunk } = await open();
    const prepared = prepareChunk(chunk, index.classOf, 4 * 16);
    expect(prepared.count).toBeLessThan(0.4 * (index.chunkVertices[0] ?? 0));
    const words = new Int32Array(prepared.vertices);
    for (let i = 0; i < prepared.count; i++) {
      const slot = (words[4 * i + 2] ?? 0) & ~RING_END;
      const corners = new Set(
        polygonsIn(chunk, slot)
          .flat()
          .flatMap((ring) => Array.from({ length: ring.length / 2 }, (_, k) => `${ring[2 * k]} ${ring[2 * k + 1]}`)),
      );
      const [x, y] = [(words[4 * i] ?? 0) + chunk.originX, (words[4 * i + 1] ?? 0) + chunk.originY];
      expect(corners.has(`${x / 16} ${y / 16}`)).toBe(true);
    }
    // Holes that no one would see go; objects never do.
    const coarse = prepareChunk(chunk, index.classOf, 64 * 16);
    const slots = new Set(
      Array.from({ length: coarse.count }, (_, i) => (new Int32Array(coarse.vertices)[4 * i + 2] ?? 0) & ~RING_END),
    );
    expect(slots.size).toBe(4);
    expect(coarse.count).toBeLessThanOrEqual(4 * 5);
  });

  it('measures the way along a ring, for dashes', () => {
    const { vertices, count, originX } = prepareStrips([
      circleStrip(100, 50, 10),
      { places: [0, 0, 3, 4], closed: false },
    ]);
    const lengths = new Float32Array(vertices);
    expect(count).toBe(67);
    expect(originX).toBe(110 * STRIP_UNITS);
    expect((lengths[4 * 64 + 3] ?? 0) / STRIP_UNITS).toBeCloseTo(2 * 64 * 10 * Math.sin(Math.PI / 64), 1);
    expect((lengths[4 * 66 + 3] ?? 0) / STRIP_UNITS).toBeCloseTo(5, 6);
  });
});
