import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../raster/raster.js';
import { createRandom } from '../statistics/random.js';
import { appearanceDistance, fitAppearance } from './appearance-model.js';
import { sampleTiles } from './sample-tiles.js';
import { APPEARANCE_NUMBERS, tileAppearance } from './tile-appearance.js';

/** Pink ground with darker blobs: what stained tissue is to thirteen numbers. */
function tissue(seed: number, { size = 6, side = 64 } = {}): Raster {
  const random = createRandom(seed);
  const blobs = Array.from({ length: Math.round((side / size) ** 2 / 12) }, () => [
    random.next() * side,
    random.next() * side,
  ]);
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const near = Math.min(...blobs.map(([a = 0, b = 0]) => Math.hypot(x - a, y - b))) < size / 2 ? 70 : 0;
    const noise = random.normal() * 8;
    data.set([205 - near + noise, 140 - near * 1.2 + noise, 190 - near * 0.6 + noise], 3 * i);
  }
  return raster(side, side, 3, data);
}

const changed = (image: Raster, change: (r: number, g: number, b: number) => number[]): Raster => {
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [r = 0, g = 0, b = 0] = image.data.subarray(i, i + 3);
    data.set(change(r, g, b), i);
  }
  return raster(image.width, image.height, 3, data);
};

const numbersOf = (image: Raster): Float64Array => tileAppearance(image) ?? new Float64Array(APPEARANCE_NUMBERS);
const slideOf = (seed: number, change: (image: Raster) => Raster = (image) => image, size = 6) =>
  [0, 1, 2, 3].map((i) => numbersOf(change(tissue(10 * seed + i, { size }))));

describe('tileAppearance', () => {
  it('says nothing of empty glass, and thirteen finite numbers of everything else', () => {
    expect(tileAppearance(raster(64, 64, 3, new Uint8Array(64 * 64 * 3).fill(250)))).toBeUndefined();
    for (const image of [
      tissue(1),
      raster(8, 8, 3, new Uint8Array(192)),
      raster(1, 1, 3, Uint8Array.of(100, 50, 90)),
    ]) {
      const numbers = numbersOf(image);
      expect(numbers.length).toBe(APPEARANCE_NUMBERS);
      expect([...numbers].every(Number.isFinite)).toBe(true);
    }
  });

  it('measures optical density as Beer and Lambert have it', () => {
    const [red, green, blue] = numbersOf(
      raster(
        16,
        16,
        3,
        new Uint8Array(768).map((_, i) => [127, 63, 31][i % 3] ?? 0),
      ),
    );
    for (const [i, found] of [red, green, blue].entries()) expect(found).toBeCloseTo((i + 1) * Math.log(2), 9);
  });

  it('sees coarser texture in a picture that is enlarged', () => {
    const [fine, coarse] = [numbersOf(tissue(3, { size: 4 })), numbersOf(tissue(3, { size: 16 }))];
    expect((fine[9] ?? 0) - (coarse[9] ?? 0)).toBeGreaterThan(0.1);
    expect((fine[12] ?? 0) - (coarse[12] ?? 0)).toBeLessThan(-0.3);
  });
});

describe('appearanceDistance', () => {
  const known = Array.from({ length: 12 }, (_, seed) => ({ tiles: slideOf(seed), group: `${seed}` }));
  const model = fitAppearance(known);
  if (model === undefined) throw new Error('12 slides are enough');

  it('finds further slides near, and others far', () => {
    const near = Array.from({ length: 20 }, (_, i) => appearanceDistance(model, slideOf(100 + i)));
    expect(near.filter(({ distance }) => distance > 1).length).toBeLessThanOrEqual(2);
    const grey = (image: Raster) => changed(image, (r, g, b) => Array(3).fill((r + g + b) / 3));
    const inverted = (image: Raster) => changed(image, (r, g, b) => [255 - r, 255 - g, 255 - b]);
    const green = (image: Raster) => changed(image, (r, g, b) => [g, r, b]);
    for (const change of [grey, inverted, green]) {
      expect(appearanceDistance(model, slideOf(200, change))).toMatchObject({ part: 'colour', percentile: 1 });
      expect(appearanceDistance(model, slideOf(200, change)).distance).toBeGreaterThan(2);
    }
    const enlarged = appearanceDistance(model, slideOf(200, undefined, 24));
    expect(enlarged).toMatchObject({ percentile: 1 });
    expect(enlarged.distance).toBeGreaterThan(1);
  });

  it('measures distances to the nearest slide of another group, in units of what tiles differ by', () => {
    // Tiles differ by 1 in each number; slides lie on a line of the first, pairs of one group close together.
    const random = createRandom(4);
    const at = (x: number, group: string) => ({
      group,
      tiles: Array.from({ length: 3000 }, () =>
        Array.from({ length: APPEARANCE_NUMBERS }, (_, i) => (i === 0 ? x : 0) + random.normal()),
      ),
    });
    const places = [0, 8, 16, 24, 32];
    const plain = fitAppearance(places.flatMap((x) => [at(x, `${x}`), at(x + 1, `${x}`)]));
    // The root of the mean over nine numbers, of which one differs by 7; a twentieth of the variance is added.
    expect(plain?.colour.distances[0]).toBeCloseTo(7 / Math.sqrt(9 * 1.05), 1);
    const found = plain === undefined ? undefined : appearanceDistance(plain, at(53, '').tiles);
    expect(found).toMatchObject({ part: 'colour', percentile: 1 });
    expect(found?.distance).toBeCloseTo(20 / Math.sqrt(9 * 1.05) / (plain?.colour.reach ?? 0), 1);
    expect(plain?.colour.reach).toBeCloseTo(1.15 * (plain?.colour.distances.at(-1) ?? 0), 2);
  });

  it('has numbers for plain pictures too, all the same or not', () => {
    const plain = (value: number) => numbersOf(raster(32, 32, 3, new Uint8Array(3072).fill(value)));
    const model5 = fitAppearance(
      [100, 100, 100, 100, 100].map((value, i) => ({ tiles: [plain(value)], group: `${i}` })),
    );
    expect(model5?.colour.whitening.flat().every(Number.isFinite)).toBe(true);
    if (model5 === undefined) throw new Error('five slides are enough');
    expect(appearanceDistance(model5, [plain(100)]).distance).toBeLessThan(1e-3);
    const alike = fitAppearance(Array.from({ length: 200 }, (_, i) => ({ tiles: [plain(100)], group: `${i % 7}` })));
    expect([alike?.slides.length, alike?.colour.distances.length]).toEqual([1, 172]);
    const { distance } = appearanceDistance(model5, [plain(60)]);
    expect(distance).toBeGreaterThan(1);
    expect(Number.isFinite(distance)).toBe(true);
  });

  it('goes by what slides usually differ by, however far an odd one is', () => {
    const usual = Array.from({ length: 60 }, (_, seed) => ({ tiles: slideOf(1000 + seed), group: `${seed}` }));
    const grey = (image: Raster) => changed(image, (r, g, b) => Array(3).fill((r + g + b) / 3));
    const inverted = (image: Raster) => changed(image, (r, g, b) => [255 - r, 255 - g, 255 - b]);
    const odd = fitAppearance([...usual, { tiles: slideOf(3000, inverted), group: 'odd' }]);
    if (odd === undefined) throw new Error('61 slides are enough');
    expect(odd.colour.distances.at(-1)).toBeGreaterThan(3 * (odd.colour.reach ?? Number.POSITIVE_INFINITY));
    expect(appearanceDistance(odd, slideOf(200, grey))).toMatchObject({ part: 'colour', percentile: 60 / 61 });
    expect(appearanceDistance(odd, slideOf(200, grey)).distance).toBeGreaterThan(1);
    // A file of an earlier version goes by the farthest.
    const before = { ...odd, colour: { ...odd.colour, reach: undefined } };
    expect(appearanceDistance(before, slideOf(200, grey)).distance).toBeLessThan(1);
  });

  it('finds the slides that it was fitted to near, also those that are not kept', () => {
    const random = createRandom(2);
    const many = Array.from({ length: 400 }, (_, i) => {
      const centre = Array.from({ length: APPEARANCE_NUMBERS }, () => random.normal() * 3);
      return { tiles: Array.from({ length: 8 }, () => centre.map((value) => value + random.normal())), group: `${i}` };
    });
    const fitted = fitAppearance(many);
    if (fitted === undefined) throw new Error('400 slides are enough');
    const warned = many.filter(({ tiles }) => appearanceDistance(fitted, tiles).distance > 1);
    expect(warned.length).toBeLessThanOrEqual(8);
  });

  it('says nothing with fewer than five slides, and keeps 128 of many', () => {
    expect(fitAppearance(known.slice(0, 4))).toBeUndefined();
    expect(fitAppearance([...known.slice(0, 4), { tiles: [], group: 'x' }])).toBeUndefined();
    const random = createRandom(1);
    const many = Array.from({ length: 200 }, (_, i) => {
      const centre = Array.from({ length: APPEARANCE_NUMBERS }, () => random.normal() * 9);
      return { tiles: Array.from({ length: 5 }, () => centre.map((value) => value + random.normal())), group: `${i}` };
    });
    const spread = fitAppearance(many);
    expect(spread?.slides.length).toBe(128);
    expect(spread?.texture.distances.length).toBe(200);
    expect(fitAppearance(known.map((slide, i) => ({ ...slide, group: `${i % 4}` })))).toBeUndefined();
  });
});

describe('sampleTiles', () => {
  it('covers what whole tiles can, each once, every beginning spread out', () => {
    const tiles = sampleTiles(1300, 700);
    expect(tiles.length).toBe(10 * 5);
    expect(new Set(tiles.map(({ x, y }) => `${x} ${y}`)).size).toBe(50);
    const first = tiles.slice(0, 8);
    expect(new Set(first.map(({ x }) => Math.floor(x / 640))).size).toBe(2);
    expect(Math.max(...first.map(({ y }) => y)) - Math.min(...first.map(({ y }) => y))).toBeGreaterThanOrEqual(256);
    expect(sampleTiles(60, 40)).toEqual([{ x: 0, y: 0, width: 60, height: 40 }]);
  });
});
