import { describe, expect, it } from 'vitest';
import type { SlideObject } from '../../protocol/objects.js';
import { EditedPieces, PIECE_OBJECTS } from './edited-pieces.js';
import { stripsOfSketch } from './sketch-strips.js';

const square = (number: number, side = 10): SlideObject => {
  const x = 20 * number;
  return { id: `o${number}`, class: `c${number % 3}`, polygons: [[[x, 0, x + side, 0, x + side, side, x, side]]] };
};

describe('edited objects', () => {
  it('are packed again only in the piece where something changed', () => {
    const pieces = new EditedPieces();
    const objects = Array.from({ length: 5 * PIECE_OBJECTS }, (_, i) => square(i));
    expect(pieces.set(objects)).toEqual([]);
    expect(pieces.pieces.length).toBe(5);
    const keys = pieces.pieces.map(({ key }) => key);
    const changed = objects.map((object, i) => (i === 20 ? square(20, 7) : object));
    expect(pieces.set(changed).map(({ key }) => key)).toEqual([keys[1]]);
    expect(pieces.pieces.map(({ key }) => key).filter((key) => keys.includes(key))).toHaveLength(4);
    const ids = pieces.pieces.flatMap(({ ids: own }) => own);
    expect(ids.sort()).toEqual(objects.map(({ id }) => id).sort());
    const areas = new Map(pieces.pieces.flatMap(({ ids: own, areas: sizes }) => own.map((id, i) => [id, sizes[i]])));
    expect([areas.get('o20'), areas.get('o21')]).toEqual([49, 100]);
    expect(pieces.set([]).length).toBe(5);
    expect(pieces.pieces).toEqual([]);
  });

  it('leave out what encloses nothing', () => {
    const pieces = new EditedPieces();
    pieces.set([square(1), { id: 'line', class: 'c', polygons: [[[0, 0, 5, 5, 9, 9]]] }, square(2)]);
    const [piece] = pieces.pieces;
    expect(piece?.ids).toEqual(['o1', 'o2']);
    expect([...(piece?.classOf ?? [])].map((number) => pieces.classes[number])).toEqual(['c1', 'c2']);
    expect(piece?.chunk.objects).toBe(2);
    expect(piece?.vertices).toBe(10);
  });
});

describe('a sketch', () => {
  it('has handles of the same size on the screen at every scale', () => {
    const sketch = { polygons: [], handles: [{ x: 10, y: 20 }], circle: { centre: { x: 5, y: 5 }, radius: 3 } };
    const [handle, circle] = stripsOfSketch(sketch, 0.5);
    expect(handle).toEqual({ places: [3, 13, 17, 13, 17, 27, 3, 27], closed: true });
    for (let i = 0; i < 128; i += 2) {
      const [x = 0, y = 0] = circle?.places.slice(i, i + 2) ?? [];
      expect(Math.hypot(x - 5, y - 5)).toBeCloseTo(3, 9);
    }
  });
});
