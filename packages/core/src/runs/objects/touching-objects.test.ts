import fc from 'fast-check';
import { expect, it } from 'vitest';
import { raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { runsOfRaster } from '../raster-runs.js';
import { componentsOf, objectsOf } from './objects.js';
import { joinTouching } from './touching-objects.js';

it('joins what is one component where labels do not matter, and leaves labels alone that are not joined', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.nat(), (width, height, seed) => {
      const random = createRandom(seed);
      const drawn = Uint8Array.from({ length: width * height }, () => (random.chance(0.4) ? 1 + random.int(3) : 0));
      const mask = runsOfRaster(raster(width, height, 1, drawn));
      const found = objectsOf(mask);
      const roots = joinTouching(mask, found, (label) => label < 3);
      const together = runsOfRaster(
        raster(
          width,
          height,
          1,
          drawn.map((label) => (label === 1 || label === 2 ? 1 : 0)),
        ),
      );
      const own = found.objects.map(({ label }, i) => [label, roots[i], i] as const);
      const joined = own.filter(([label]) => label < 3);
      expect(new Set(joined.map(([, root]) => root)).size).toBe(componentsOf(together).count);
      for (const [label, root = -1, i] of own) {
        expect(root).toBeLessThanOrEqual(i);
        if (label === 3) expect(root).toBe(i);
      }
    }),
  );
});
