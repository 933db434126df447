import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRle, raster } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseClasses } from '../classes/classes.js';
import { writePng } from '../write-image.node.js';
import { checkCodes } from './check-codes.js';
import { checkTruths } from './check-truths.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-codes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Discs, as glomeruli are. */
function discs(width: number, height: number, list: readonly { x: number; y: number; r: number }[]): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    list.some(({ x, y, r }) => Math.hypot((i % width) - x, Math.floor(i / width) - y) <= r) ? 1 : 0,
  );
}

async function rowOf(width: number, height: number, rle: string) {
  const image = join(folder, `${width}x${height}.png`);
  await writePng(image, raster(width, height, 3, new Uint8Array(width * height * 3)));
  return { id: 'a', image, rle, columns: {} };
}

const someDiscs = fc.record({
  width: fc.integer({ min: 60, max: 120 }),
  height: fc.integer({ min: 130, max: 200 }),
  list: fc.array(
    fc.record({
      x: fc.integer({ min: 20, max: 40 }),
      y: fc.integer({ min: 20, max: 110 }),
      r: fc.integer({ min: 10, max: 18 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('checkCodes', () => {
  it('takes the code of a mask as it is, and refuses that of its transpose', async () => {
    await fc.assert(
      fc.asyncProperty(someDiscs, async ({ width, height, list }) => {
        const mask = discs(width, height, list);
        await checkCodes([await rowOf(width, height, encodeRle(raster(width, height, 1, mask)))]);
        // The same picture, coded as if its rows were its columns.
        const transposed = Uint8Array.from(
          { length: mask.length },
          (_, i) => mask[(i % height) * width + Math.floor(i / height)] ?? 0,
        );
        const code = encodeRle(raster(height, width, 1, transposed));
        await expect(checkCodes([await rowOf(width, height, code)])).rejects.toThrow(
          `run-length code of slide a (${join(folder, `${width}x${height}.png`)}): its objects hold together in a picture of ${height} x ${width}, and the slide is ${width} x ${height}`,
        );
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [65, 130, 10],
    [400, 800, 150],
    [400, 1200, 150],
  ])('refuses the transpose where %i goes into %i, too', async (width, height, r) => {
    const mask = discs(height, width, [{ x: 2 * r, y: width / 2, r }]);
    const turned = discs(width, height, [{ x: width / 2, y: 2 * r, r }]);
    await checkCodes([await rowOf(width, height, encodeRle(raster(width, height, 1, turned)))]);
    const code = encodeRle(raster(height, width, 1, mask));
    await expect(checkCodes([await rowOf(width, height, code)])).rejects.toThrow(
      /its objects hold together in a picture/,
    );
    await checkCodes([await rowOf(height, width, code)]);
  });

  it('names slide, file and run of a code that leaves the slide', async () => {
    const row = await rowOf(4, 3, '1 2 12 2');
    await expect(checkCodes([row])).rejects.toThrow(
      `run-length code of slide a (${row.image}): run 2 ("12 2") ends past the last of 12 pixels (4 x 3)`,
    );
    await expect(
      checkCodes([
        { ...row, rle: '1 2' },
        { ...row, rle: '' },
      ]),
    ).resolves.toBeUndefined();
  });
});

it('refuses a slide as its own mask', async () => {
  const { id, image, columns } = await rowOf(4, 3, '');
  const classes = parseClasses(undefined);
  await expect(checkTruths([{ id, image, mask: image, columns }], classes)).rejects.toThrow(
    `slide a (${image}): the column "mask" names the picture of the slide itself`,
  );
  expect(await checkTruths([{ id, image, mask: `${image}.mask.png`, columns }], classes)).toEqual([]);
});
