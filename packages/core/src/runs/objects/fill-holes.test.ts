import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../raster/components.js';
import { type Raster, raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { paintRuns } from '../paint-runs.js';
import { runsOfRaster } from '../raster-runs.js';
import { fillHoles } from './fill-holes.js';

function draw(...rows: readonly string[]): Raster {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  return raster(rows[0]?.length ?? 1, rows.length, 1, data);
}

function filled(image: Raster, maximumArea: (label: number) => number): string[] {
  const { width, height } = image;
  const { data } = paintRuns(fillHoles(runsOfRaster(image), maximumArea), { x: 0, y: 0, width, height });
  return Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].join('').replaceAll('0', '.'),
  );
}

/** By definition, pixel by pixel. */
function fillByDefinition(image: Raster, maximumArea: number): Raster {
  const { width, height, data } = image;
  const { labels, components } = connectedComponents({ ...image, data: data.map((value) => (value === 0 ? 1 : 0)) }, 4);
  const out = data.slice();
  for (const { label, area } of components) {
    const pixels = [...labels.data.keys()].filter((at) => labels.data[at] === label);
    const beside = new Set<number | undefined>();
    for (const at of pixels) {
      const [x, y] = [at % width, Math.floor(at / width)];
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
      ] as const) {
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
        const value = inside ? data[at + dy * width + dx] : undefined;
        if (value !== 0) beside.add(value);
      }
    }
    const [around] = beside;
    if (beside.size !== 1 || around === undefined || area > maximumArea) continue;
    for (const at of pixels) out[at] = around;
  }
  return { ...image, data: out };
}

describe('fillHoles', () => {
  it('does what its definition says', () => {
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(side, side, fc.nat(), fc.integer({ min: 0, max: 6 }), (width, height, seed, maximumArea) => {
        const random = createRandom(seed);
        const [share, labels] = [0.5 + random.next() / 2, 1 + random.int(2)];
        const label = (): number => (random.chance(share) ? 1 + random.int(labels) : 0);
        const image = raster(width, height, 1, Uint8Array.from({ length: width * height }, label));
        const found = fillHoles(runsOfRaster(image), () => maximumArea);
        expect(found).toEqual(runsOfRaster(fillByDefinition(image, maximumArea)));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves the border open, and holes with something else in them', () => {
    const image = draw(
      '1111.111',
      '1..1.1.1',
      '1111.111',
      '........',
      '11111...',
      '1...1...',
      '1.2.1...',
      '1...1...',
      '11111...',
    );
    expect(filled(image, () => Number.POSITIVE_INFINITY)).toEqual([
      '1111.111',
      '1111.111',
      '1111.111',
      '........',
      '11111...',
      '1...1...',
      '1.2.1...',
      '1...1...',
      '11111...',
    ]);
    expect(filled(image, () => 1)[1]).toBe('1..1.111');
  });

  it('fills up to an area of its own for each label, islands included', () => {
    const image = draw('11111.222', '1...1.2.2', '1.1.1.2.2', '1...1.222', '11111....');
    expect(filled(image, (label) => (label === 1 ? 8 : 1))).toEqual([
      '11111.222',
      '11111.2.2',
      '11111.2.2',
      '11111.222',
      '11111....',
    ]);
  });

  it('does not leak through corners', () => {
    expect(filled(draw('.1.', '1.1', '.1.'), () => 1)).toEqual(['.1.', '111', '.1.']);
  });
});
