import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import type { SlideObject } from '../protocol/objects.js';
import { MAX_CHUNK_VERTICES } from './chunk-builder.js';
import type { ObjectToPack } from './encode-object.js';
import { DETAIL_LEVELS } from './index-layout.js';
import { OutlineBuilder, type OutlineBuilderOptions } from './outline-builder.js';
import { isInside, polygonsIn, readChunk } from './outline-chunk.js';
import { readIndex } from './outline-index.js';

const size = { width: 20_000, height: 9_000 };

/** Stars with a hole, somewhere on the slide, on whole steps. */
function star(number: number, corners = 24): SlideObject {
  const random = createRandom(number + 1);
  const [x, y] = [200 + random.next() * 19_000, 200 + random.next() * 8_000];
  const at = (i: number, radius: number): number[] => {
    const angle = (2 * Math.PI * i) / corners;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)].map((value) => Math.round(value * 16) / 16);
  };
  const ring = Array.from({ length: corners }, (_, i) => at(i, 30 + 20 * random.next())).flat();
  const hole = Array.from({ length: 5 }, (_, i) => at(-i * 4, 10)).flat();
  const hex = number.toString(16).padStart(12, '0');
  return { id: `0f8fad5b-d9cb-469f-a165-${hex}`, class: number % 3 === 0 ? 'b' : 'a', polygons: [[ring, hole]] };
}

async function pack(objects: Iterable<ObjectToPack>, options: Partial<OutlineBuilderOptions> = {}) {
  const builder = new OutlineBuilder({ ...size, ...options });
  for (const object of objects) {
    builder.add(object);
    if (builder.full) await builder.flush();
  }
  const buffers: ArrayBuffer[] = [];
  for await (const { buffer } of builder.chunks()) buffers.push(buffer);
  const index = builder.index();
  return { buffers, bytes: index, index: readIndex(index), chunks: buffers.map(readChunk) };
}

describe('packed outlines', () => {
  it('give every object back as it came', async () => {
    const objects = Array.from({ length: 700 }, (_, i) => star(i));
    const { index, chunks } = await pack(objects);
    expect(index).toMatchObject({ ...size, objects: 700, leftOut: 0, renamed: 0, classes: ['b', 'a'] });
    expect(chunks.length).toBeGreaterThan(2);
    for (const object of objects) {
      const found = index.find(object.id);
      const chunk = index.chunkOf(found);
      const packed = chunks[chunk];
      if (packed === undefined) throw new Error('no chunk');
      expect(index.idOf(found)).toBe(object.id);
      expect(index.classes[index.classOf[found] ?? -1]).toBe(object.class);
      expect(polygonsIn(packed, found - (index.chunkFirst[chunk] ?? 0))).toEqual(object.polygons);
      const xs = object.polygons.flat(2).filter((_, i) => i % 2 === 0);
      expect(index.boxes[4 * found]).toBe(Math.min(...xs) * 16);
    }
    expect(index.find('0f8fad5b-d9cb-469f-a165-0000ffffffff')).toBe(-1);
  });

  it('keep chunks small and compact', async () => {
    const { index } = await pack(Array.from({ length: 3000 }, (_, i) => star(i)));
    expect(Math.max(...index.chunkVertices)).toBeLessThanOrEqual(MAX_CHUNK_VERTICES);
    expect(index.chunkFirst[index.chunks]).toBe(3000);
    const areas = Array.from({ length: index.chunks }, (_, i) => {
      const [left = 0, top = 0, right = 0, bottom = 0] = index.chunkBoxes.subarray(4 * i, 4 * i + 4);
      return ((right - left) * (bottom - top)) / 256;
    });
    // Boxes of neighbours on the curve overlap, but not as those of objects in any order would.
    expect(areas.reduce((sum, one) => sum + one, 0)).toBeLessThan(2.5 * size.width * size.height);
    const detail = Array.from({ length: DETAIL_LEVELS }, (_, i) => index.chunkDetail[i] ?? 0);
    expect(detail[0]).toBe(index.chunkVertices[0]);
    expect(detail).toEqual([...detail].sort((a, b) => b - a));
  });

  it('are the same whether corners were put away or not', async () => {
    const objects = Array.from({ length: 900 }, (_, i) => star(i));
    const kept: Int32Array[] = [];
    const keep = async (parts: Iterable<Int32Array>) => {
      const words = Int32Array.from([...parts].flatMap((part) => [...part]));
      kept.push(words);
      return { read: async (from: number, count: number) => words.slice(from, from + count) };
    };
    const spilled = await pack(objects, { runWords: 6_000, spill: { keep } });
    expect(kept.length).toBeGreaterThan(3);
    const memory = await pack(objects, { runWords: 6_000 });
    const whole = await pack(objects);
    expect(spilled.buffers).toEqual(whole.buffers);
    expect(memory.buffers).toEqual(whole.buffers);
    expect(new Uint8Array(spilled.bytes)).toEqual(new Uint8Array(whole.bytes));
  });

  it('wind rings one way, close none, and say what was left out', async () => {
    const square = [0, 0, 0, 10, 10, 10, 10, 0, 0, 0];
    const polygons = [[square, [2, 2, 4, 2, 4, 4, 2, 4], [5, 5, 6, 5]]];
    const { index, chunks } = await pack([
      { id: 'a', class: 'x', polygons },
      { id: 'line', class: 'x', polygons: [[[0, 0, 5, 0, 9, 0]]] },
      { id: 'nowhere', class: 'x', polygons: [[[0, 0, Number.NaN, 0, 9, 9]]] },
      { class: 'x', polygons: [[square]] },
      { id: 'a', class: 'x', polygons: [[square]] },
    ]);
    expect(index).toMatchObject({ objects: 3, leftOut: 2, emptyRings: 1, renamed: 2 });
    const first = index.find('a');
    expect(index.areas[first]).toBe(96);
    expect(index.idOf(first)).toBe('a');
    const [chunk] = chunks;
    if (chunk === undefined) throw new Error('no chunk');
    expect(polygonsIn(chunk, first)).toEqual([
      [
        [10, 0, 10, 10, 0, 10, 0, 0],
        [2, 4, 4, 4, 4, 2, 2, 2],
      ].map((ring) => ring),
    ]);
    expect([isInside(chunk, first, 1, 1), isInside(chunk, first, 3, 3), isInside(chunk, first, 11, 3)]).toEqual([
      true,
      false,
      false,
    ]);
    const ids = [0, 1, 2].map((object) => index.idOf(object));
    expect(new Set(ids).size).toBe(3);
    for (const [object, id] of ids.entries()) expect(index.find(id)).toBe(object);
  });

  it('refuse what is damaged with a sentence', async () => {
    const { bytes, buffers } = await pack([star(1)]);
    expect(() => readIndex(bytes.slice(0, 80))).toThrow('the index of outlines: it is cut off; open the slide again');
    expect(() => readChunk(buffers[0]?.slice(0, 64) ?? new ArrayBuffer(0))).toThrow(
      'a chunk of outlines: it is damaged',
    );
    const many = Array.from({ length: 256 }, (_, i): ObjectToPack => ({ ...star(i), class: `class ${i}` }));
    await expect(pack(many)).rejects.toThrow('there are more than 255 classes');
  });

  it('are empty where there are no objects', async () => {
    const { index, buffers } = await pack([]);
    expect([index.objects, index.chunks, buffers.length, index.find('a')]).toEqual([0, 0, 0, -1]);
  });
});
