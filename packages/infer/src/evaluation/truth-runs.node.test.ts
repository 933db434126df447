import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, encodeRle, raster, runsOfRaster } from '@ftuseg/core';
import { parseClasses, type SlideRow, writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTruthRuns } from './truth-runs.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-truth-runs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const classes = parseClasses(undefined);
const row = (truth: Partial<SlideRow>): SlideRow => ({ id: 'a', image: 'a.tif', columns: {}, ...truth });

it('reads the same runs from a pyramid, a PNG and a run-length code', async () => {
  const random = createRandom(5);
  const size = { width: 70, height: 600 };
  const labels = raster(
    70,
    600,
    1,
    Uint8Array.from({ length: 42_000 }, () => (random.chance(0.3) ? 1 : 0)),
  );
  const [tif, png] = [join(folder, 'a.tif'), join(folder, 'a.png')];
  await writePyramid(tif, { ...size, channels: 1, content: 'labels', tileSize: 16 }, [labels]);
  await writePng(png, labels);
  const expected = runsOfRaster(labels);
  for (const truth of [{ mask: tif }, { mask: png }, { rle: encodeRle(labels) }, { mask: png, rle: '' }]) {
    expect(await readTruthRuns(row(truth), size, classes)).toMatchObject({ classes: [expected], ignored: undefined });
  }
  await expect(readTruthRuns(row({ mask: tif }), { width: 70, height: 601 }, classes)).rejects.toThrow('70 x 600');
  await expect(readTruthRuns(row({ rle: '1 2 2 2' }), size, classes)).rejects.toThrow('slide a: run 2');
  await expect(readTruthRuns(row({}), size, classes)).rejects.toThrow('no truth');
  await expect(readTruthRuns(row({ mask: tif }), size, classes, AbortSignal.abort())).rejects.toMatchObject({
    code: 'cancelled',
  });
});

it('reads polygons, sclerotic ones as a class of their own', async () => {
  const square = (x: number, name: string) => ({
    type: 'Feature',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, 1],
          [x + 2, 1],
          [x + 2, 3],
          [x, 3],
          [x, 1],
        ],
      ],
    },
    properties: { classification: { name } },
  });
  const annotations = join(folder, 'a.json');
  await writeFile(annotations, JSON.stringify([square(0, 'Glomerulus'), square(4, 'Sclerotic glomerulus')]));
  const two = parseClasses('normal=1;sclerotic=2');
  const { classes: found } = await readTruthRuns(row({ annotations }), { width: 8, height: 4 }, two);
  const [normal, sclerotic] = found.map(({ columns, starts, ends }) => [[...columns], [...starts], [...ends]]);
  expect(normal).toEqual([
    [0, 1, 2, 2, 2, 2, 2, 2, 2],
    [1, 1],
    [3, 3],
  ]);
  expect(sclerotic).toEqual([
    [0, 0, 0, 0, 0, 1, 2, 2, 2],
    [1, 1],
    [3, 3],
  ]);
});
