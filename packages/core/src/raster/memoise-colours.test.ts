import { expect, it } from 'vitest';
import { createRandom } from '../statistics/random.js';
import { memoiseColours } from './memoise-colours.js';
import { type Raster, raster } from './raster.js';

const change = ({ width, height, data }: Raster): Raster =>
  raster(
    width,
    height,
    3,
    data.map((value, i) => (value * 7 + (data[i - (i % 3)] ?? 0) + (i % 3)) & 255),
  );

it('gives what the change gives, asks for each colour once, and leaves what it is given', () => {
  const random = createRandom(5);
  let asked = 0;
  const recolour = memoiseColours((picture) => {
    asked += picture.width * picture.height;
    return change(picture);
  });
  const picture = (): Raster =>
    raster(
      31,
      17,
      3,
      Uint8Array.from({ length: 31 * 17 * 3 }, () => Math.floor(random.next() * 4) * 85),
    );
  for (const one of [picture(), picture(), picture()]) {
    const before = one.data.slice();
    expect(recolour(one)).toEqual(change(one));
    expect(one.data).toEqual(before);
  }
  expect(asked).toBeLessThanOrEqual(64);
  expect(recolour(raster(1, 1, 3, Uint8Array.of(0, 0, 0))).data).toEqual(Uint8Array.of(0, 1, 2));
});
