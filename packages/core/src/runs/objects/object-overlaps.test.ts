import fc from 'fast-check';
import { expect, it } from 'vitest';
import { raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { paintRuns } from '../paint-runs.js';
import { runsOfRaster } from '../raster-runs.js';
import { overlapsOf } from './object-overlaps.js';
import { objectsOf } from './objects.js';

it('counts what painted masks share, object by object', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.nat(), (width, height, seed) => {
      const random = createRandom(seed);
      const draw = () =>
        raster(
          width,
          height,
          1,
          Uint8Array.from({ length: width * height }, () => (random.chance(0.5) ? 1 + random.int(2) : 0)),
        );
      const [image, other] = [draw(), draw()];
      const mask = runsOfRaster(image);
      const found = objectsOf(mask);
      const numbers = paintRuns(
        { ...mask, labels: Uint8Array.from(found.objectOf, (object) => object + 1) },
        { x: 0, y: 0, width, height },
      );
      const expected = found.objects.map(
        (_, object) => numbers.data.filter((one, i) => one === object + 1 && (other.data[i] ?? 0) > 0).length,
      );
      expect([...overlapsOf(mask, found, runsOfRaster(other))]).toEqual(expected);
    }),
  );
});
