import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../outlines/memory-source.js';
import { readChunk } from '../../outlines/outline-chunk.js';
import { readIndex } from '../../outlines/outline-index.js';
import type { SlideObject } from '../../protocol/objects.js';
import { pickObject } from './pick.js';

/** Many triangles, over one another. */
const objects = Array.from({ length: 400 }, (_, i): SlideObject => {
  const random = createRandom(i + 11);
  const [x, y] = [random.next() * 900, random.next() * 900];
  const ring = Array.from({ length: 6 }, (_, k) => Math.round(16 * ((k % 2 === 0 ? x : y) + random.next() * 90)) / 16);
  return { id: `t${i}`, class: 'a', polygons: [[ring]] };
});

/** By signs of three cross products. */
function holds([ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0]: readonly number[], x: number, y: number): boolean {
  const sides = [
    (bx - ax) * (y - ay) - (by - ay) * (x - ax),
    (cx - bx) * (y - by) - (cy - by) * (x - bx),
    (ax - cx) * (y - cy) - (ay - cy) * (x - cx),
  ];
  return sides.every((side) => side > 0) || sides.every((side) => side < 0);
}

async function open() {
  const source = createMemorySource(objects, { width: 1000, height: 1000 });
  const index = readIndex(await source.index());
  const chunks = await Promise.all(
    Array.from({ length: index.chunks }, async (_, i) => readChunk(await source.chunk(i))),
  );
  return { index, chunks };
}

describe('pickObject', () => {
  it('finds the smallest object that an independent test finds', async () => {
    const { index, chunks } = await open();
    const all = chunks.map((_, i) => i);
    const random = createRandom(5);
    let hits = 0;
    for (let i = 0; i < 2000; i++) {
      const point = { x: random.next() * 1000, y: random.next() * 1000 };
      const query = { point, scale: 8, isHidden: (object: number) => index.idOf(object) === 't7' };
      const found = pickObject(index, () => all, { ...query, chunk: (number) => chunks[number] });
      const area = (id: string): number => index.areas[index.find(id)] ?? 0;
      const [wanted] = objects
        .filter(({ id, polygons }) => id !== 't7' && holds(polygons[0]?.[0] ?? [], point.x, point.y))
        .sort((a, b) => area(a.id) - area(b.id));
      expect(found < 0 ? undefined : index.idOf(found)).toBe(wanted?.id);
      if (found >= 0) hits++;
    }
    expect(hits).toBeGreaterThan(300);
  });

  it('goes by boxes where a chunk is not in memory, and meets what is too small to aim at', async () => {
    const { index, chunks } = await open();
    const all = chunks.map((_, i) => i);
    const object = index.find('t3');
    const [left = 0, top = 0, right = 0, bottom = 0] = index.boxes.subarray(4 * object, 4 * object + 4);
    const middle = { x: (left + right) / 32, y: (top + bottom) / 32 };
    const asked: number[] = [];
    const chunk = (number: number): undefined => {
      asked.push(number);
      return undefined;
    };
    const only = (one: number): boolean => one !== object;
    expect(pickObject(index, () => all, { point: middle, scale: 8, isHidden: only, chunk })).toBe(object);
    expect(asked).toEqual([index.chunkOf(object)]);
    // From so far that it is less than a pixel: two pixels beside it still meet it, three do not.
    const far = { scale: 1 / 200, isHidden: only, chunk };
    expect(pickObject(index, () => all, { ...far, point: { x: middle.x + 1.9 * 200, y: middle.y } })).toBe(object);
    expect(pickObject(index, () => all, { ...far, point: { x: middle.x + 2.1 * 200, y: middle.y } })).toBe(-1);
  });
});
