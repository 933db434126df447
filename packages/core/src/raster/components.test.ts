import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from './components.js';
import { emptyRaster, type Raster, raster } from './raster.js';

function draw(...rows: readonly string[]): Raster {
  const width = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : 1));
  return raster(width, rows.length, 1, data);
}

/** Flood fill from every pixel, in scan order: slow and obvious. */
function flood(mask: Raster, connectivity: 4 | 8): Int32Array {
  const { width, height, data } = mask;
  const labels = new Int32Array(width * height);
  let count = 0;
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] === 0 || labels[seed] !== 0) continue;
    labels[seed] = ++count;
    const stack = [seed];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = Math.floor(at / width);
      for (const [dx, dy] of [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const))) {
        if (connectivity === 4 && dx !== 0 && dy !== 0) continue;
        const next = (y + dy) * width + x + dx;
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
        if (!inside || data[next] === 0 || labels[next] !== 0) continue;
        labels[next] = count;
        stack.push(next);
      }
    }
  }
  return labels;
}

describe('connectedComponents', () => {
  it('labels as a flood fill does, in scan order', () => {
    const masks = fc.integer({ min: 1, max: 20 }).chain((width) =>
      fc
        .array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 20,
        })
        .map((rows) => raster(width, rows.length, 1, Uint8Array.from(rows.flat()))),
    );
    fc.assert(
      fc.property(masks, fc.constantFrom(4 as const, 8 as const), (mask, connectivity) => {
        const { labels, components } = connectedComponents(mask, connectivity);
        expect(labels.data).toEqual(flood(mask, connectivity));
        for (const { label, area, box } of components) {
          const pixels = [...labels.data.keys()].filter((at) => labels.data[at] === label);
          expect(area).toBe(pixels.length);
          const xs = pixels.map((at) => at % mask.width);
          const ys = pixels.map((at) => Math.floor(at / mask.width));
          expect([box.x, box.x + box.width - 1]).toEqual([Math.min(...xs), Math.max(...xs)]);
          expect([box.y, box.y + box.height - 1]).toEqual([Math.min(...ys), Math.max(...ys)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells edges from corners', () => {
    const mask = draw('#..', '.#.', '..#');
    expect(connectedComponents(mask, 8).components).toHaveLength(1);
    expect(connectedComponents(mask, 4).components).toHaveLength(3);
  });

  it('joins the arms of a U and a spiral', () => {
    expect(connectedComponents(draw('#.#', '#.#', '###'), 4).components).toEqual([
      { label: 1, area: 7, box: { x: 0, y: 0, width: 3, height: 3 }, centroid: { x: 1, y: 8 / 7 } },
    ]);
    const spiral = draw('#######', '......#', '#####.#', '#...#.#', '#.###.#', '#.....#', '#######');
    expect(connectedComponents(spiral, 4).components).toHaveLength(1);
  });

  it('finds nothing in an empty mask and refuses several channels', () => {
    expect(connectedComponents(emptyRaster(4, 4)).components).toEqual([]);
    expect(() => connectedComponents(emptyRaster(4, 4, 2))).toThrow('one-channel');
  });
});
