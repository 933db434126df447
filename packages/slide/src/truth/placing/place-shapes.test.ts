import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRle, paintRuns, raster } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassMap, parseClasses } from '../../classes/classes.js';
import type { SlideRow } from '../../table/slide-row.js';
import { writePng } from '../../write-image.node.js';
import { checkTruths } from '../check-truths.js';
import { openTruth } from '../read-truth.js';
import { formatTruths } from '../report/format-report.js';
import { placeShapes } from './place-shapes.js';
import { crossesItself } from './self-crossing.js';
import { bareShape, ringShape, type Shape } from './shape.js';

const slide = { id: 'a', image: 'a.png', width: 40, height: 30 };
const format = { name: 'test', closed: true };
const place = (shapes: readonly Shape[], classes: string | undefined) =>
  placeShapes(shapes, slide, parseClasses(classes), format, 'a.json');
const box = (name: string | undefined, x: number, y: number, width: number, height = width): Shape =>
  ringShape(name, Float64Array.of(x, y, x + width, y, x + width, y + height, x, y + height, x, y));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-place-'));
  await writePng(join(folder, 'a.png'), raster(40, 30, 3, new Uint8Array(3600).fill(200)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('placeShapes', () => {
  it('has a reason for everything that is left out, and counts what it mends', async () => {
    const bow = Float64Array.of(0, 0, 8, 8, 8, 0, 0, 8, 0, 0);
    const { report } = await place(
      [
        box('Glom', 2, 2, 5),
        box('Tissue', 0, 0, 40),
        box(undefined, 0, 0, 40),
        bareShape('Glom', 'points'),
        bareShape(undefined, 'without geometry'),
        ringShape('Glom', Float64Array.of(1, 1, 2, 2, 1, 1)),
        box('Glom', 50, 2, 5),
        box('Glom', 38, 2, 5),
        ringShape('Glom', bow),
        ringShape('Glom', Float64Array.of(20, 20, 25, 20, 25, 25)),
        { ...box('Glom', 10, 10, 3), collection: true },
      ],
      'glomerulus=Glom',
    );
    expect(report).toEqual({
      format: 'test',
      shapes: 11,
      used: [{ name: 'Glom', as: ['glomerulus'], shapes: 5 }],
      leftOut: [
        { reason: 'class', name: 'Tissue', shapes: 1 },
        { reason: 'unclassified', name: null, shapes: 1 },
        { reason: 'points', name: 'Glom', shapes: 1 },
        { reason: 'without geometry', name: null, shapes: 1 },
        { reason: 'fewer than 3 points', name: 'Glom', shapes: 1 },
        { reason: 'beyond the slide', name: 'Glom', shapes: 1 },
      ],
      clipped: 1,
      repaired: 1,
      closed: 1,
      collections: 1,
      annotated: false,
    });
    const text = formatTruths([{ id: 'a', ...report }], parseClasses(undefined)).join('\n');
    for (const said of ['5 of 11 objects', 'class "Tissue" 1', 'without a class 1', 'cut off', 'even-odd', 'closed']) {
      expect(text).toContain(said);
    }
    expect(text).toContain(`--classes 'glomerulus=Glom,Tissue,unclassified'`);
  });

  it('refuses a file of another scale, and one without classes', async () => {
    await expect(place([box('glomerulus', 2000, 10, 50), box('glomerulus', 10, 900, 50)], undefined)).rejects.toThrow(
      'all of its 2 objects lie beyond the slide of 40 x 30 pixels; coordinates reach to x 2050, y 950',
    );
    await expect(place([box(undefined, 0, 0, 5), box(undefined, 9, 9, 5)], undefined)).rejects.toThrow(
      'none of its 2 outlines has a class; give them one, or say what they are: --classes "glomerulus=unclassified"',
    );
    const { report } = await place([box(undefined, 0, 0, 5)], 'glomerulus=unclassified');
    expect(report.used).toEqual([{ name: null, as: ['glomerulus'], shapes: 1 }]);
  });

  it('takes the whole name before a part of it, and the longer part before the shorter', async () => {
    const names = ['Glomerulus', 'Glom', 'Glomeruloid', 'Tubule'];
    const { report } = await place(
      names.map((name, i) => box(name, 9 * i, 0, 5)),
      'normal=Glom*;sclerotic=Glom;ignore=Glomeruloid*',
    );
    expect(report.used.map(({ name, as }) => [name, ...as])).toEqual([
      ['Glomerulus', 'normal'],
      ['Glom', 'sclerotic'],
      ['Glomeruloid', 'ignore'],
    ]);
  });

  it('knows nothing outside annotated areas and in ignored ones', async () => {
    const { unknown, report, labels } = await place(
      [box('ROI', 0, 0, 20), box('Glom', 2, 2, 4), box('Glom', 30, 20, 4), box('Artefact', 10, 10, 4)],
      'glomerulus=Glom;annotated=ROI;ignore=Artefact',
    );
    const painted = paintRuns(unknown ?? labels, { x: 0, y: 0, width: 40, height: 30 }).data;
    const expected = Uint8Array.from({ length: 1200 }, (_, i) => {
      const [x, y] = [i % 40, Math.floor(i / 40)];
      return x >= 20 || y >= 20 || (x >= 10 && x < 14 && y >= 10 && y < 14) ? 1 : 0;
    });
    expect(painted).toEqual(expected);
    expect(report.leftOut).toEqual([{ reason: 'outside annotated areas', name: 'Glom', shapes: 1 }]);
    expect(report.annotated).toBe(true);
  });
});

describe('crossesItself', () => {
  it.each([
    [[0, 0, 8, 8, 8, 0, 0, 8], true],
    [[0, 0, 8, 0, 8, 8, 0, 8, 0, 0], false],
    // Touches itself in a corner, and along a side.
    [[0, 0, 4, 4, 8, 0, 8, 8, 4, 4, 0, 8], true],
    [[0, 0, 8, 0, 4, 0, 4, 6], true],
    [[0, 0, 4, 0, 4, 4, 4, 4, 0, 4], false],
  ])('%j: %s', (ring, crosses) => {
    expect(crossesItself(Float64Array.from(ring))).toBe(crosses);
  });

  it('is true of no star-shaped outline, and of each that is traced over another', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 9, noNaN: true }), { minLength: 5, maxLength: 60 }), (radii) => {
        const corner = (radius: number, i: number) => {
          const angle = (2 * Math.PI * i) / radii.length;
          return [20 + radius * Math.cos(angle), 20 + radius * Math.sin(angle)];
        };
        const ring = radii.flatMap(corner);
        expect(crossesItself(Float64Array.from(ring))).toBe(false);
        expect(crossesItself(Float64Array.from([...ring, ...radii.map((radius) => radius / 2).flatMap(corner)]))).toBe(
          true,
        );
      }),
    );
  });
});

/** By the crossing number of each pixel centre, shape after shape. */
function naive(shapes: readonly Shape[], classOf: (name: string | undefined) => number): Uint8Array {
  const out = new Uint8Array(slide.width * slide.height);
  for (const { name, polygons } of shapes) {
    for (const rings of polygons) {
      const [outer = new Float64Array()] = rings;
      const points = Array.from({ length: outer.length / 2 }, (_, k) => `${outer[2 * k]} ${outer[2 * k + 1]}`);
      if (new Set(points).size < 3 || classOf(name) === 0) continue;
      for (let i = 0; i < out.length; i++) {
        const px = (i % slide.width) + 0.5;
        const py = Math.floor(i / slide.width) + 0.5;
        let inside = false;
        for (const ring of rings) {
          for (let k = 0; k < ring.length; k += 2) {
            const ax = ring[k] as number;
            const ay = ring[k + 1] as number;
            const bx = ring[(k + 2) % ring.length] as number;
            const by = ring[(k + 3) % ring.length] as number;
            if (ay > py !== by > py && px < ax + ((py - ay) / (by - ay)) * (bx - ax)) inside = !inside;
          }
        }
        if (inside) out[i] = classOf(name);
      }
    }
  }
  return out;
}

const NAMES = ['Glomerulus', 'Sclerotic', 'Tissue', undefined] as const;
const classOfName: Readonly<Record<string, number>> = { Glomerulus: 1, Sclerotic: 2 };
const classes: ClassMap = parseClasses('normal=1,Glomerulus;sclerotic=2,Sclerotic');

/** Corners off the centres of pixels, some beyond the slide. */
const coordinate = (most: number) => fc.integer({ min: -12, max: most + 12 }).map((value) => value + 0.25);
const ring = fc
  .array(fc.tuple(coordinate(40), coordinate(30)), { minLength: 1, maxLength: 7 })
  .map((points) => Float64Array.from(points.flat()));
const shape: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      name: fc.constantFrom(...NAMES),
      polygons: fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
    }),
  },
  fc.constantFrom(...NAMES).map((name) => bareShape(name, 'points')),
);

/** The shapes as a file; GeoJSON has all of them. */
const asGeoJson = (shapes: readonly Shape[]): string =>
  JSON.stringify(
    shapes.map(({ name, polygons }) => ({
      type: 'Feature',
      geometry:
        polygons.length === 0
          ? { type: 'Point', coordinates: [1, 1] }
          : {
              type: 'MultiPolygon',
              coordinates: polygons.map((rings) =>
                rings.map((flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]])),
              ),
            },
      properties: { classification: name === undefined ? null : { name } },
    })),
  );

describe('random tables of truth', () => {
  it('give the mask of an independent rasteriser or an error, and counts that add up', async () => {
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { maxLength: 6 }),
        fc.constantFrom('annotations', 'rle', 'mask', 'mask+rle', 'annotations+rle', 'none'),
        fc.boolean(),
        async (shapes, columns, emptyCode) => {
          const drawn = naive(shapes, (name) => classOfName[name ?? ''] ?? 0);
          const labels = raster(40, 30, 1, drawn);
          const path = join(folder, 'x.json');
          await writeFile(path, asGeoJson(shapes));
          await writePng(join(folder, 'x.png'), labels);
          const has = (column: string): boolean => columns.split('+').includes(column);
          const code = encodeRle(
            raster(
              40,
              30,
              1,
              drawn.map((value) => (value === 1 ? 1 : 0)),
            ),
          );
          const row: SlideRow = {
            id: 'a',
            image: join(folder, 'a.png'),
            columns: {},
            ...(has('annotations') && { annotations: path }),
            ...(has('mask') && { mask: join(folder, 'x.png') }),
            ...(has('rle') ? { rle: code } : emptyCode && !has('none') ? { rle: '' } : {}),
          };
          const truth = await openTruth(row, slide, classes).catch((error: unknown) => error);
          if (truth instanceof Error) {
            refused++;
            expect(truth.name).toBe('SlideError');
            const twice = columns.includes('+') && code !== '';
            const areas = shapes.filter(({ polygons }) => polygons.length > 0);
            const nameless = areas.length > 0 && areas.every(({ name }) => name === undefined);
            const drawsNothing = has('annotations') && !drawn.some((value) => value > 0);
            const codeOfTwo = columns === 'rle' && code !== '';
            expect(twice || nameless || drawsNothing || codeOfTwo || has('none')).toBe(true);
            return;
          }
          read++;
          const { read: rows, table, report } = truth as Awaited<ReturnType<typeof openTruth>>;
          const found = (await rows(0, 30)).data;
          const wanted = columns === 'rle' ? drawn.map(() => 0) : drawn;
          const classOf = Uint8Array.from(found, (value) =>
            table.member[2 * value] === 1 ? 1 : table.member[2 * value + 1] === 1 ? 2 : 0,
          );
          expect(Buffer.compare(classOf, wanted)).toBe(0);
          if (report === undefined) return;
          const sum = (items: readonly { shapes: number }[]): number => items.reduce((all, one) => all + one.shapes, 0);
          expect(report.shapes).toBe(shapes.length);
          expect(sum(report.used) + sum(report.leftOut)).toBe(shapes.length);
        },
      ),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(10);
  });
});

describe('checkTruths', () => {
  const file = async (name: string, shapes: readonly Shape[]): Promise<SlideRow> => {
    await writeFile(join(folder, `${name}.json`), asGeoJson(shapes));
    return { id: name, image: join(folder, 'a.png'), annotations: join(folder, `${name}.json`), columns: {} };
  };

  it('takes a slide without a mapped object for a negative, and says so', async () => {
    const rows = [await file('has', [box('Glomerulus', 2, 2, 5)]), await file('none', [box('Tissue', 2, 2, 5)])];
    const truths = await checkTruths(rows, parseClasses(undefined));
    expect(truths.map(({ id }) => id)).toEqual(['has', 'none']);
    expect(formatTruths(truths, parseClasses(undefined))).toContain(
      '  none: no object, so that all of it is background; left out: class "Tissue" 1',
    );
  });

  it('refuses a table in which no slide has an object', async () => {
    const rows = [await file('none', [box('Tissue', 2, 2, 5), box('Glom', 2, 2, 5)]), await file('empty', [])];
    await expect(checkTruths(rows, parseClasses(undefined))).rejects.toThrow(
      "no slide has an object of glomerulus; there are: Tissue, Glom; to count them too: --classes 'glomerulus=Tissue,Glom'",
    );
    const other: SlideRow = { id: 'other', image: join(folder, 'a.png'), rle: '1 1', columns: {} };
    await expect(checkTruths([...rows, other], parseClasses(undefined))).resolves.toHaveLength(2);
  });
});
