import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../raster/components.js';
import { emptyRaster, type Raster, raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { runsOfRaster } from '../raster-runs.js';
import { columnsOfRuns, runsOfObjects } from './object-runs.js';
import { componentsOf, listObjects, objectsOf } from './objects.js';

const side = fc.integer({ min: 1, max: 30 });
const images = fc.record({ width: side, height: side, seed: fc.nat() }).map(({ width, height, seed }) => {
  const random = createRandom(seed);
  const [share, labels] = [random.next(), 1 + random.int(3)];
  const label = (): number => (random.chance(share) ? 1 + random.int(labels) : 0);
  return raster(width, height, 1, Uint8Array.from({ length: width * height }, label));
});
const connectivities = fc.constantFrom(4 as const, 8 as const);
const only = (image: Raster, label: number): Raster => ({
  ...image,
  data: image.data.map((value) => (value === label ? 1 : 0)),
});

describe('objectsOf', () => {
  it('finds what connectedComponents finds of each label', () => {
    fc.assert(
      fc.property(images, connectivities, (image, connectivity) => {
        const mask = runsOfRaster(image);
        const { objects, objectOf } = objectsOf(mask, connectivity);
        const columnOf = columnsOfRuns(mask);
        let expected = 0;
        for (const label of new Set(mask.labels)) {
          const { labels, components } = connectedComponents(only(image, label), connectivity);
          expected += components.length;
          for (const [run, number] of objectOf.entries()) {
            if (mask.labels[run] !== label) continue;
            const x = columnOf[run] ?? 0;
            for (let y = mask.starts[run] ?? 0; y < (mask.ends[run] ?? 0); y++) {
              const component = components[(labels.data[y * image.width + x] ?? 0) - 1];
              expect({ ...objects[number], label: component?.label }).toEqual(component);
              expect(objects[number]?.label).toBe(label);
            }
          }
        }
        expect(objects.length).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('numbers objects by their first runs', () => {
    fc.assert(
      fc.property(images, connectivities, (image, connectivity) => {
        const { objects, objectOf } = objectsOf(runsOfRaster(image), connectivity);
        expect([...new Set(objectOf)]).toEqual(objects.map((_, i) => i));
      }),
    );
  });

  it('lists the runs of each object', () => {
    fc.assert(
      fc.property(images, (image) => {
        const found = listObjects(runsOfRaster(image));
        const runsOf = runsOfObjects(found);
        for (let object = 0; object < found.count; object++) {
          const runs = [...found.objectOf.keys()].filter((run) => found.objectOf[run] === object);
          expect([...runsOf(object)]).toEqual(runs);
        }
      }),
    );
  });

  it('counts and measures components as it describes objects', () => {
    fc.assert(
      fc.property(images, connectivities, (image, connectivity) => {
        const mask = runsOfRaster(image);
        const { objects, objectOf } = objectsOf(mask, connectivity);
        const found = componentsOf(mask, connectivity);
        expect(found.count).toBe(objects.length);
        expect(found.objectOf).toEqual(objectOf);
        expect([...found.labels]).toEqual(objects.map(({ label }) => label));
        expect([...found.areas]).toEqual(objects.map(({ area }) => area));
      }),
    );
  });

  it('finds nothing in an empty mask', () => {
    expect(objectsOf(runsOfRaster(emptyRaster(3, 2)))).toEqual({ objects: [], objectOf: new Int32Array(0) });
  });
});
