import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '../raster/crop.js';
import { overlapCounts } from '../raster/metrics.js';
import { emptyRaster, type Raster, raster } from '../raster/raster.js';
import { encodeRle } from '../rle/rle-encode.js';
import { createRandom } from '../statistics/random.js';
import { intersectCounts, unionRuns } from './combine-runs.js';
import { halveRuns } from './halve-runs.js';
import { paintRuns } from './paint-runs.js';
import { createColumnRunEncoder, createRowRunEncoder, runsOfRaster } from './raster-runs.js';
import { rleOfRuns, runsOfRle } from './rle-runs.js';

const side = fc.integer({ min: 1, max: 40 });
/** Label images of 0 to 3, from sparse to full; `draw` makes others of the same size. */
const images = fc.record({ width: side, height: side, seed: fc.nat() }).map(({ width, height, seed }) => {
  const random = createRandom(seed);
  const draw = (): Raster => {
    const share = random.next();
    const label = (): number => (random.chance(share) ? 1 + random.int(random.chance(0.5) ? 1 : 3) : 0);
    return raster(width, height, 1, Uint8Array.from({ length: width * height }, label));
  };
  return { image: draw(), draw, random };
});
const whole = ({ width, height }: Raster) => ({ x: 0, y: 0, width, height });
const binary = (image: Raster, label?: number): Raster => ({
  ...image,
  data: image.data.map((value) => (value !== 0 && (label === undefined || value === label) ? 1 : 0)),
});

describe('runs', () => {
  it('come from pixels and go back to them', () => {
    fc.assert(
      fc.property(images, ({ image }) => {
        const mask = runsOfRaster(image);
        expect(paintRuns(mask, whole(image))).toEqual(image);
        for (let x = 0; x < mask.width; x++) {
          for (let i = (mask.columns[x] ?? 0) + 1; i < (mask.columns[x + 1] ?? 0); i++) {
            const [end, start] = [mask.ends[i - 1] ?? 0, mask.starts[i] ?? 0];
            expect(end < start || (end === start && mask.labels[i - 1] !== mask.labels[i])).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are the same from bands of rows and of columns', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 9 }), ({ image }, band) => {
        const { width, height } = image;
        const [rows, columns] = [createRowRunEncoder(width, height), createColumnRunEncoder(width, height)];
        for (let y = 0; y < height; y += band) {
          rows.push(crop(image, { x: 0, y, width, height: Math.min(band, height - y) }));
        }
        for (let x = 0; x < width; x += band) {
          columns.push(crop(image, { x, y: 0, width: Math.min(band, width - x), height }));
        }
        const expected = runsOfRaster(image);
        expect(rows.finish()).toEqual(expected);
        expect(columns.finish()).toEqual(expected);
      }),
    );
  });

  it('refuse bands that do not fit', () => {
    const rows = createRowRunEncoder(3, 2);
    expect(() => rows.push(emptyRaster(2, 1))).toThrow('2 x 1 x 1 does not fit a mask of 3 x 2 after 0 rows');
    rows.push(emptyRaster(3, 1));
    expect(() => rows.finish()).toThrow('1 of 2 rows');
    expect(() => rows.push(emptyRaster(3, 2))).toThrow('after 1 rows');
    const columns = createColumnRunEncoder(3, 2);
    expect(() => columns.push(emptyRaster(1, 3))).toThrow('after 0 columns');
    expect(() => columns.push(emptyRaster(1, 2, 3))).toThrow('1 x 2 x 3');
    columns.push(emptyRaster(2, 2));
    expect(() => columns.finish()).toThrow('2 of 3 columns');
    expect(() => columns.push(emptyRaster(2, 2))).toThrow('after 2 columns');
  });

  it("write and read Kaggle's code", () => {
    fc.assert(
      fc.property(images, ({ image }) => {
        const mask = runsOfRaster(image);
        expect(rleOfRuns(mask)).toBe(encodeRle(image));
        for (const label of [1, 2]) expect(rleOfRuns(mask, label)).toBe(encodeRle(binary(image, label)));
        const back = runsOfRle(encodeRle(image), image.width, image.height, { label: 7 });
        expect(back).toEqual(runsOfRaster({ ...image, data: binary(image).data.map((value) => 7 * value) }));
      }),
    );
    expect(() => runsOfRle('1 9', 2, 3, { subject: 'slide a' })).toThrow('slide a: run 1');
  });

  it('paint any window, with any values', () => {
    const offset = fc.integer({ min: -10, max: 45 });
    fc.assert(
      fc.property(images, offset, offset, side, side, ({ image }, x, y, width, height) => {
        const window = { x, y, width, height };
        const painted = paintRuns(runsOfRaster(image), window, (label) => 10 * label);
        const used = new Uint8Array(width * height).fill(99);
        const again = paintRuns(runsOfRaster(image), window, (label) => 10 * label, used);
        expect(again).toEqual(painted);
        expect(again.data).toBe(used);
        const at = (column: number, row: number): number =>
          column >= 0 && column < image.width && row >= 0 && row < image.height
            ? (image.data[row * image.width + column] ?? 0)
            : 0;
        const expected = Uint8Array.from({ length: width * height }, (_, i) => {
          return 10 * at(x + (i % width), y + Math.floor(i / width));
        });
        expect(painted.data).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('halveRuns', () => {
  it('has every second pixel', () => {
    fc.assert(
      fc.property(images, ({ image }) => {
        const { width, height, data } = image;
        const half = paintRuns(halveRuns(runsOfRaster(image)), {
          x: 0,
          y: 0,
          width: Math.ceil(width / 2),
          height: Math.ceil(height / 2),
        });
        const expected = half.data.map(
          (_, i) => data[2 * Math.floor(i / half.width) * width + 2 * (i % half.width)] ?? 9,
        );
        expect(half.data).toEqual(expected);
        expect(runsOfRaster(half)).toEqual(halveRuns(runsOfRaster(image)));
      }),
    );
  });
});

describe('unionRuns', () => {
  it('paints masks over one another', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 5 }), ({ draw }, count) => {
        const drawn = Array.from({ length: count }, draw);
        const expected = drawn.reduce((below, above) => ({
          ...above,
          data: above.data.map((label, i) => (label === 0 ? (below.data[i] ?? 0) : label)),
        }));
        expect(unionRuns(drawn.map(runsOfRaster))).toEqual(runsOfRaster(expected));
      }),
    );
    expect(() => unionRuns([])).toThrow('no masks');
    expect(() => unionRuns([runsOfRaster(emptyRaster(2, 3)), runsOfRaster(emptyRaster(3, 2))])).toThrow(
      '2 x 3 and 3 x 2',
    );
  });
});

describe('intersectCounts', () => {
  it('counts what overlapCounts counts', () => {
    fc.assert(
      fc.property(images, ({ image, draw }) => {
        const other = draw();
        const [a, b] = [runsOfRaster(image), runsOfRaster(other)];
        expect(intersectCounts(a, b)).toEqual(overlapCounts(image, other));
        expect(intersectCounts(a, b, 2)).toEqual(overlapCounts(binary(image, 2), binary(other, 2)));
      }),
    );
    expect(() => intersectCounts(runsOfRaster(emptyRaster(2, 3)), runsOfRaster(emptyRaster(3, 2)))).toThrow('match');
  });
});
