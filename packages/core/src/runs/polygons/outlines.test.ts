import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { objectsOf } from '../objects/objects.js';
import { runsOfRaster } from '../raster-runs.js';
import { rleOfRuns, runsOfRle } from '../rle-runs.js';
import { outlinesOf } from './outlines.js';
import type { Ring } from './polygon.js';
import { runsOfPolygons } from './polygon-runs.js';

function draw(...rows: readonly string[]): Raster {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  return raster(rows[0]?.length ?? 1, rows.length, 1, data);
}

const side = fc.integer({ min: 1, max: 24 });
/** From lone pixels to solid ground with holes: much of it diagonal contacts and nests. */
const images = fc.record({ width: side, height: side, seed: fc.nat() }).map(({ width, height, seed }) => {
  const random = createRandom(seed);
  const [share, labels] = [random.next(), 1 + random.int(3)];
  const label = (): number => (random.chance(share) ? 1 + random.int(labels) : 0);
  return raster(width, height, 1, Uint8Array.from({ length: width * height }, label));
});

const shoelace = (ring: Ring): number => {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [x = 0, y = 0, nextX = ring[0] ?? 0, nextY = ring[1] ?? 0] = ring.subarray(i, i + 4);
    sum += (x * nextY - nextX * y) / 2;
  }
  return sum;
};

describe('outlinesOf', () => {
  it('comes back as the mask, exactly', () => {
    fc.assert(
      fc.property(images, fc.constantFrom(4 as const, 8 as const), (image, connectivity) => {
        const mask = runsOfRaster(image);
        const outlines = outlinesOf(mask, objectsOf(mask, connectivity));
        expect(runsOfPolygons(outlines.flat(), mask.width, mask.height)).toEqual(mask);
      }),
      { numRuns: 500 },
    );
  });

  it('gives each object polygons of its own area, with rings that neither touch themselves nor go straight on', () => {
    fc.assert(
      fc.property(images, (image) => {
        const mask = runsOfRaster(image);
        const found = objectsOf(mask);
        const parts = objectsOf(mask, 4);
        const outlines = outlinesOf(mask, found);
        expect(outlines.flat().length).toBe(parts.objects.length);
        for (const [i, polygons] of outlines.entries()) {
          const areas = polygons.flatMap(({ rings }) => rings.map(shoelace));
          expect(areas.reduce((sum, one) => sum + one, 0)).toBe(found.objects[i]?.area);
          for (const { label, rings } of polygons) {
            expect(label).toBe(found.objects[i]?.label);
            expect(rings.map(shoelace).map(Math.sign)).toEqual(rings.map((_, k) => (k === 0 ? 1 : -1)));
            for (const ring of rings) {
              const corners = Array.from({ length: ring.length / 2 }, (_, k) => `${ring[2 * k]},${ring[2 * k + 1]}`);
              expect(new Set(corners).size).toBe(corners.length);
              // Right angles only: sides are along x and along y in turn.
              for (let k = 0; k < ring.length; k += 2) {
                const [x = 0, y = 0] = ring.subarray(k);
                const [nextX, nextY] = [ring[(k + 2) % ring.length], ring[(k + 3) % ring.length]];
                const [lastX, lastY] = [ring.at(k - 2), ring.at(k - 1)];
                expect([x === nextX, y === nextY]).toEqual([y === lastY, x === lastX]);
                expect((x === nextX) !== (y === nextY)).toBe(true);
              }
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes round a pixel as RFC 7946 says', () => {
    const mask = runsOfRaster(draw('...', '.1.'));
    const [[polygon] = []] = outlinesOf(mask, objectsOf(mask));
    expect(polygon).toEqual({ label: 1, rings: [Float64Array.of(2, 1, 2, 2, 1, 2, 1, 1)] });
  });

  it('makes a hole of what touches the outside only at a corner', () => {
    const mask = runsOfRaster(draw('.11', '1.1', '111'));
    const outlines = outlinesOf(mask, objectsOf(mask));
    expect(outlines.map((polygons) => polygons.map(({ rings }) => rings.length))).toEqual([[2]]);
  });

  it('parts an object where only a corner holds it together', () => {
    const mask = runsOfRaster(draw('11..', '11..', '..11', '..11'));
    expect(outlinesOf(mask, objectsOf(mask, 8)).map(({ length }) => length)).toEqual([2]);
    expect(outlinesOf(mask, objectsOf(mask, 4)).map(({ length }) => length)).toEqual([1, 1]);
  });

  it('keeps objects inside holes of others apart', () => {
    const mask = runsOfRaster(draw('1111111', '1.....1', '1.222.1', '1.2.2.1', '1.222.1', '1.....1', '1111111'));
    const outlines = outlinesOf(mask, objectsOf(mask));
    expect(outlines.map(([first]) => [first?.label, first?.rings.length])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });
});

const hubmap = new URL('../../../../../../shared/data/hubmap/train.csv', import.meta.url);

describe.skipIf(!existsSync(hubmap))('the glomeruli of a whole slide (needs ../shared/data/hubmap)', () => {
  it('come back from their outlines as the code that they came from', () => {
    const code = readFileSync(hubmap, 'utf8').split('\n')[1]?.split(',')[1]?.trim() ?? '';
    const mask = runsOfRle(code, 25794, 31278);
    const found = objectsOf(mask);
    expect(found.objects.length).toBeGreaterThan(100);
    expect(found.objects.reduce((sum, { area }) => sum + area, 0)).toBe(8030180);
    const back = runsOfPolygons(outlinesOf(mask, found).flat(), mask.width, mask.height);
    expect(rleOfRuns(back)).toBe(code);
  });
});
