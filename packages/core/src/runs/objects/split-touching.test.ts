import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRaster, type Raster, raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { intersectCounts } from '../combine-runs.js';
import { runsOfRaster } from '../raster-runs.js';
import { squaredDistances } from './distance-transform.js';
import { columnsOfRuns, runsOfObjects } from './object-runs.js';
import { listObjects, objectsOf } from './objects.js';
import { solidity } from './solidity.js';
import { splitTouching } from './split-touching.js';
import { watershed } from './watershed.js';

function discs(width: number, height: number, ...list: readonly [x: number, y: number, radius: number][]): Raster {
  const out = emptyRaster(width, height);
  for (let at = 0; at < out.data.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (list.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) <= radius)) out.data[at] = 1;
  }
  return out;
}

describe('squaredDistances', () => {
  it('are those to the nearest pixel outside', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const random = createRandom(seed);
        const share = random.next() ** 0.2;
        const inside = Uint8Array.from({ length: width * height }, () => (random.chance(share) ? 1 : 0));
        const expected = Array.from(inside, (value, at) => {
          if (value === 0) return 0;
          const [x, y] = [at % width, Math.floor(at / width)];
          let least = Number.POSITIVE_INFINITY;
          for (let v = -1; v <= height; v++) {
            for (let u = -1; u <= width; u++) {
              const within = u >= 0 && u < width && v >= 0 && v < height;
              if (!within || inside[v * width + u] === 0) least = Math.min(least, (u - x) ** 2 + (v - y) ** 2);
            }
          }
          return least;
        });
        expect([...squaredDistances(inside, width, height)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

/** How many regional maxima the h-maxima transform leaves: morphological reconstruction of f - h under f, by its definition. */
function countMaxima(heights: readonly number[], width: number, h: number): number {
  const height = heights.length / width;
  const around = (at: number): number[] => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const steps = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [x + dx, y + dy] as const));
    return steps.filter(([u, v]) => u >= 0 && u < width && v >= 0 && v < height).map(([u, v]) => v * width + u);
  };
  let flooded = heights.map((value) => value - h);
  for (;;) {
    const grown = flooded.map((_, at) => {
      return Math.min(heights[at] ?? 0, Math.max(...around(at).map((other) => flooded[other] ?? 0)));
    });
    if (grown.every((value, at) => value === flooded[at])) break;
    flooded = grown;
  }
  const seen = new Set<number>();
  let maxima = 0;
  for (let seed = 0; seed < flooded.length; seed++) {
    if (seen.has(seed)) continue;
    const plateau = [seed];
    seen.add(seed);
    let highest = true;
    for (let i = 0; i < plateau.length; i++) {
      for (const other of around(plateau[i] ?? 0)) {
        const [here, there] = [flooded[seed] ?? 0, flooded[other] ?? 0];
        if (there > here) highest = false;
        if (there !== here || seen.has(other)) continue;
        seen.add(other);
        plateau.push(other);
      }
    }
    if (highest) maxima++;
  }
  return maxima;
}

describe('watershed', () => {
  it('has a basin for every maximum of the h-maxima transform', () => {
    const side = fc.integer({ min: 1, max: 8 });
    const depth = fc.constantFrom(0.5, 1.5, 2.5, 4.5);
    fc.assert(
      fc.property(side, side, fc.nat(), depth, (width, height, seed, h) => {
        const random = createRandom(seed);
        const heights = Array.from({ length: width * height }, () => 1 + random.int(9));
        const squared = new Int32Array((width + 2) * (height + 2));
        for (const [i, value] of heights.entries()) {
          squared[(Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1] = value * value;
        }
        const { basins, summits } = watershed(squared, width + 2, { depth: h, minimumDistance: 0 });
        expect(summits.length).toBe(countMaxima(heights, width, h));
        for (const [basin, summit] of summits.entries()) expect(basins[summit]).toBe(basin);
        expect(
          basins.every((basin, at) => (squared[at] === 0 ? basin === -1 : basin >= 0 && basin < summits.length)),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes summits that are too near for one', () => {
    const nothing = new Array<number>(8).fill(0);
    const squared = Int32Array.of(...nothing, 0, 25, 1, 16, 1, 1, 25, 0, ...nothing);
    const summits = (minimumDistance: number) => watershed(squared, 8, { depth: 1, minimumDistance }).summits;
    expect(summits(0)).toEqual([9, 14, 11]);
    expect(summits(3)).toEqual([9, 14]);
    expect(summits(6)).toEqual([9]);
  });
});

describe('splitTouching', () => {
  const options = { depth: 5, maximumSolidity: 1 };

  it('cuts discs apart at their waist, one pixel wide', () => {
    const mask = runsOfRaster(discs(220, 120, [60, 60, 50], [150, 62, 45]));
    expect(objectsOf(mask).objects).toHaveLength(1);
    const parted = splitTouching(mask, () => ({ depth: 10 }));
    const { objects } = objectsOf(parted);
    expect(objects).toHaveLength(2);
    for (const [i, x] of [60, 150].entries()) expect(Math.abs((objects[i]?.centroid.x ?? 0) - x)).toBeLessThan(5);
    const lost = intersectCounts(mask, parted);
    expect(lost.intersection).toBe(lost.truth);
    // The waist is 2 sqrt(45^2 - 41^2) = 37 pixels wide.
    expect(lost.prediction - lost.truth).toBeGreaterThan(30);
    expect(lost.prediction - lost.truth).toBeLessThan(55);
  });

  it('parts three that meet', () => {
    const mask = runsOfRaster(discs(200, 200, [60, 60, 45], [140, 60, 45], [100, 130, 45]));
    expect(objectsOf(splitTouching(mask, () => options)).objects).toHaveLength(3);
  });

  it('leaves alone what is convex, small, shallow, near, or of a class without options', () => {
    const image = discs(220, 120, [60, 60, 50], [150, 62, 45]);
    const mask = runsOfRaster(image);
    for (const one of [
      { depth: 10, maximumSolidity: 0.5 },
      { depth: 10, minimumArea: 20_000 },
      { depth: 45 },
      { depth: 10, minimumDistance: 100 },
      undefined,
    ]) {
      expect(splitTouching(mask, () => one)).toEqual(mask);
    }
    expect(() => splitTouching(mask, () => ({ depth: 1 }))).toThrow('a depth of 1 pixels');
  });

  it('only takes pixels away, and makes one object of each seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 7 }), (seed, count) => {
        const random = createRandom(seed);
        const list = Array.from({ length: count }, () => {
          return [10 + random.int(60), 10 + random.int(50), 4 + random.int(12)] as [number, number, number];
        });
        const image = discs(80, 70, ...list);
        const mask = runsOfRaster(image);
        const parted = splitTouching(mask, () => ({ ...options, depth: 2 }));
        const { intersection, prediction } = intersectCounts(parted, mask);
        expect(intersection).toBe(prediction);
        let seeds = 0;
        for (const { label } of objectsOf(mask).objects) expect(label).toBe(1);
        const found = listObjects(mask);
        const columnOf = columnsOfRuns(mask);
        const runsOf = runsOfObjects(found);
        for (let i = 0; i < found.count; i++) {
          const [{ box }, runs] = [found.at(i), runsOf(i)];
          const [x, y, width, height] = [box.x - 1, box.y - 1, box.width + 2, box.height + 2];
          const shape = new Uint8Array(width * height);
          for (const run of runs) {
            for (let row = mask.starts[run] ?? 0; row < (mask.ends[run] ?? 0); row++) {
              shape[(row - y) * width + (columnOf[run] ?? 0) - x] = 1;
            }
          }
          const distances = squaredDistances(shape, width, height);
          seeds += watershed(distances, width, { depth: 2, minimumDistance: 0 }).summits.length;
        }
        expect(objectsOf(parted).objects.length).toBe(seeds);
      }),
      { numRuns: 100 },
    );
  });
});

describe('solidity', () => {
  const of = (image: Raster): number => {
    const mask = runsOfRaster(image);
    return solidity(mask, columnsOfRuns(mask), runsOfObjects(listObjects(mask))(0));
  };
  it('is the share of the convex hull', () => {
    expect(of(raster(3, 2, 1, new Uint8Array(6).fill(1)))).toBe(1);
    // An L of three pixels in a hull of three and a half.
    expect(of(raster(2, 2, 1, Uint8Array.of(1, 0, 1, 1)))).toBeCloseTo(3 / 3.5, 12);
    expect(of(discs(120, 120, [60, 60, 50]))).toBeGreaterThan(0.97);
    expect(of(discs(220, 120, [60, 60, 50], [150, 62, 45]))).toBeLessThan(0.95);
  });
});
