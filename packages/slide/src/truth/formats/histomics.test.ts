import { describe, expect, it } from 'vitest';
import { shapesOfHistomics } from './histomics.js';

const shapesOf = (value: unknown) => shapesOfHistomics(new TextEncoder().encode(JSON.stringify(value)), 'a.json');
const square = { type: 'polyline', closed: true, points: [[0, 0, 0], [10, 0, 0], [10, 10, 0], [0, 10, 0]] }; // biome-ignore format: points

describe('HistomicsUI', () => {
  it('reads records of a server, with holes, and takes group, label and name for the class in this order', () => {
    const holes = [[[2, 2, 0], [4, 2, 0], [4, 4, 0]]]; // biome-ignore format: points
    const elements = [
      { ...square, holes, group: ' Glomerulus ', label: { value: 'no 3' } },
      { ...square, label: { value: 'Tubule' } },
      square,
    ];
    const [first, second, third] = shapesOf([{ _id: 'x', annotation: { name: 'kidney', elements } }]);
    expect(first).toMatchObject({ name: 'Glomerulus', inherits: ['no 3', 'kidney'] });
    expect(first?.polygons.map((rings) => rings.map((ring) => [...ring]))).toEqual([
      [
        [0, 0, 10, 0, 10, 10, 0, 10],
        [2, 2, 4, 2, 4, 4],
      ],
    ]);
    expect(second).toMatchObject({ name: 'Tubule', inherits: ['kidney'] });
    expect(third).toMatchObject({ name: 'kidney' });
    expect(third?.inherits).toBeUndefined();
  });

  it('draws rectangles, ellipses and circles, turned as large_image turns them', () => {
    const place = { center: [50, 40, 0], width: 20, height: 10 };
    const [box, turned, ellipse, circle] = shapesOf({
      elements: [
        { type: 'rectangle', ...place },
        { type: 'rectangle', ...place, rotation: Math.PI / 6 },
        { type: 'ellipse', ...place, rotation: Math.PI / 2 },
        { type: 'circle', center: [50, 40, 0], radius: 5 },
      ],
    }).map(({ polygons }) => [...(polygons[0]?.[0] ?? [])]);
    expect(box).toEqual([40, 35, 60, 35, 60, 45, 40, 45]);
    const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    expect(turned?.[0]).toBeCloseTo(50 - 10 * cos + 5 * sin, 10);
    expect(turned?.[1]).toBeCloseTo(40 - 10 * sin - 5 * cos, 10);
    const sides = (ring: readonly number[] = []) =>
      [0, 1].map((axis) => {
        const values = ring.filter((_, i) => i % 2 === axis);
        return Math.max(...values) - Math.min(...values);
      });
    expect(sides(ellipse)[0]).toBeCloseTo(10, 6);
    expect(sides(ellipse)[1]).toBeCloseTo(20, 6);
    expect(sides(circle)[0]).toBeCloseTo(10, 6);
  });

  it('counts what has no area', () => {
    const elements = [
      { type: 'point', center: [1, 1, 0] },
      { ...square, closed: false },
      { type: 'arrow', points: [[0, 0, 0], [1, 1, 0]] }, // biome-ignore format: points
      { type: 'pixelmap', values: [1] },
      { type: 'polyline', closed: true, points: [] },
      { type: 'blob' },
    ];
    expect(shapesOf({ name: 'a', elements }).map(({ withoutArea }) => withoutArea)).toEqual([
      'points',
      'lines',
      'lines',
      'pictures',
      'empty',
      'without geometry',
    ]);
  });

  it.each([
    [{ annotation: { name: 'a' } }, 'it has no list "elements"'],
    [{ elements: [{ ...square, points: [[1]] }] }, 'element 1: a point is not two or three numbers'],
    [{ elements: [{ type: 'circle', center: [0, 0, 0] }] }, 'element 1: radius is not a number'],
    [{ elements: [{ type: 'rectangle', width: 3, height: 3 }] }, 'element 1: its centre is not two or three numbers'],
  ])('refuses %j', (value, says) => {
    expect(() => shapesOf(value)).toThrow(says);
  });
});
