import { paintRuns } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClasses } from '../../classes/classes.js';
import { formatTruths } from '../report/format-report.js';
import { placeShapes } from './place-shapes.js';
import { ringShape, type Shape } from './shape.js';

const slide = { id: 'a', image: 'a.png', width: 40, height: 30 };
const place = (shapes: readonly Shape[], classes: string | undefined) =>
  placeShapes(shapes, slide, parseClasses(classes), { name: 'test', closed: false }, 'a.json');
const corners = (x: number, y: number, side: number) =>
  Float64Array.of(x, y, x + side, y, x + side, y + side, x, y + side);
const box = (name: string, x: number, y: number, side: number): Shape => ringShape(name, corners(x, y, side));

/** Pixels of each class, by the table. */
async function pixelsOf(shapes: readonly Shape[], classes: string | undefined): Promise<number[]> {
  const { labels, table } = await place(shapes, classes);
  const { data } = paintRuns(labels, { x: 0, y: 0, width: 40, height: 30 });
  const { names } = parseClasses(classes);
  return names.map((_, c) => data.filter((value) => table.member[value * names.length + c] === 1).length);
}

describe('objects of which nothing is left', () => {
  const good = box('Glomerulus', 2, 2, 5);

  it('count as left out where they cover no centre of a pixel', async () => {
    const ring = corners(20, 5, 6);
    const twice = Float64Array.of(...ring, ...ring);
    const { report } = await place(
      [
        good,
        box('Glomerulus', 10.6, 10.6, 0.3),
        { name: 'Glomerulus', polygons: [[ring, ring]] },
        ringShape('Glomerulus', twice),
      ],
      undefined,
    );
    expect(report.used).toEqual([{ name: 'Glomerulus', as: ['glomerulus'], shapes: 1 }]);
    expect(report.leftOut).toEqual([{ reason: 'without a pixel', name: 'Glomerulus', shapes: 3 }]);
    expect(report.repaired).toBe(0);
  });

  it('are an error where a file has no others', async () => {
    await expect(place([box('Glomerulus', 10.6, 10.6, 0.3), box('Tissue', 2, 2, 9)], undefined)).rejects.toThrow(
      'a.json: its object covers no centre of a pixel',
    );
    await expect(
      place([box('Glomerulus', 0.1, 0.1, 0.3), box('Glomerulus', 0.2, 0.2, 0.7)], undefined),
    ).rejects.toThrow(
      'a.json: all of its 2 objects have coordinates from 0 to 1, as fractions of the slide; multiply them by its width and height',
    );
  });

  it('lie under later ones of other classes', async () => {
    const map = 'tuft=Tuft;capsule=Capsule';
    const [inner, outer] = [box('Tuft', 5, 5, 4), box('Capsule', 2, 2, 12)];
    const { report } = await place([inner, outer], map);
    expect(report.used.map(({ name }) => name)).toEqual(['Capsule']);
    expect(report.leftOut).toEqual([{ reason: 'under later objects', name: 'Tuft', shapes: 1 }]);
    expect(formatTruths([{ id: 'a', ...report }], parseClasses(map))).toContain(
      'labels: wholly under objects that come later in the file, which count where they overlap: "Tuft" 1; put the inner ones after the outer ones',
    );
    expect((await place([outer, inner], map)).report.leftOut).toEqual([]);
    // What covers it is of its class as well.
    expect((await place([inner, outer], 'tuft=Tuft;capsule=Capsule,Tuft')).report.leftOut).toHaveLength(1);
    expect((await place([inner, outer], 'tuft=Tuft,Capsule;capsule=Capsule')).report.leftOut).toEqual([]);
    expect((await place([good, good], undefined)).report.leftOut).toEqual([]);
  });

  it('lie in the box of an annotated area and not in it, or in an ignored one', async () => {
    const ell = ringShape('ROI', Float64Array.of(0, 0, 30, 0, 30, 10, 10, 10, 10, 30, 0, 30));
    const { report } = await place(
      [ell, good, box('Glomerulus', 15, 15, 5), box('Glomerulus', 20, 2, 5), box('Fold', 19, 1, 8)],
      'annotated=ROI;ignore=Fold',
    );
    expect(report.used.map(({ as, shapes }) => [...as, shapes])).toEqual([
      ['annotated', 1],
      ['glomerulus', 1],
      ['ignore', 1],
    ]);
    expect(report.leftOut).toEqual([
      { reason: 'outside annotated areas', name: 'Glomerulus', shapes: 1 },
      { reason: 'in ignored areas', name: 'Glomerulus', shapes: 1 },
    ]);
  });

  it('are those of which painting shows no pixel', async () => {
    const number = fc.integer({ min: 0, max: 60 }).map((value) => value / 4);
    const ring = fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 5 });
    const shapes = fc.array(fc.tuple(fc.constantFrom('a', 'b'), ring), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(shapes, async (drawn) => {
        const list = drawn.map(([name, points]) => ringShape(name, Float64Array.from(points.flat())));
        const placed = await place(list, 'a=a;b=b').catch(() => undefined);
        if (placed === undefined) return;
        const [a = 0, b = 0] = await pixelsOf(list, 'a=a;b=b');
        const used = new Set(placed.report.used.map(({ name }) => name));
        expect([used.has('a'), used.has('b')]).toEqual([a > 0, b > 0]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('background that is drawn', () => {
  it('takes away from what is below, and not from what comes later', async () => {
    const map = 'glomerulus=Glomerulus;background=Artefact';
    const [whole, hole] = [box('Glomerulus', 2, 2, 10), box('Artefact', 4, 4, 5)];
    expect(await pixelsOf([whole, hole], map)).toEqual([75]);
    expect(await pixelsOf([hole, whole], map)).toEqual([100]);
    const { report } = await place([hole, whole], map);
    expect(report.leftOut).toEqual([{ reason: 'under later objects', name: 'Artefact', shapes: 1 }]);
    const negative: Shape = { ...box('Glomerulus', 3, 3, 2), negative: true };
    expect(await pixelsOf([whole, negative, { ...hole, layer: 1 }], map)).toEqual([72]);
  });
});
