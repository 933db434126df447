import { expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../../tests/fakes.js';
import { memoryStore } from '../../file-store/memory-store.js';
import { planInStore, predictInStore } from '../predict-in-store.js';
import { estimatePrediction } from './estimate.js';

const model = pixelModel(({ value }) => (value - 0.5) * 8, { tileSize: 256 });
/** Stained on the left half, white on the right. */
const half = memorySlide(
  paint(1200, 800, (x) => (x < 600 ? 100 : 255)),
  0.5,
);
for (const slide of [half]) {
  const { readRegion, readRows } = slide;
  const stain = (picture: Awaited<ReturnType<typeof readRegion>>) => {
    for (let i = 0; i < picture.data.length; i += 3) if ((picture.data[i] ?? 0) < 200) picture.data[i] = 220;
    return picture;
  };
  slide.readRegion = async (region) => stain(await readRegion(region));
  slide.readRows = async (rows) => stain(await readRows(rows));
}

it('counts the tiles that a prediction then looks at, about', async () => {
  let time = 0;
  const estimate = await estimatePrediction(half, [model], {}, { now: () => (time += 500) });
  let last = { done: 0, total: 0 };
  const { outcome } = await predictInStore(half, [model], memoryStore(), {
    ...{ id: 'a', fingerprint: 'a' },
    onProgress: (progress) => {
      last = progress;
    },
  });
  expect(estimate.tiles + estimate.background).toBe(last.total);
  expect(Math.abs(estimate.background - outcome.background) / last.total).toBeLessThan(0.25);
  expect(outcome.background).toBeGreaterThan(0);
  expect(estimate.secondsPerTile).toBe(0.5);
  expect(estimate.seconds).toBe(0.5 * estimate.tiles);
  expect(estimate).toMatchObject({ tileSize: 256, settings: {}, notes: [] });
});

it('takes the largest tile that fits, says so, and the plan uses it', async () => {
  const { bytes } = await estimatePrediction(half, [model]);
  const estimate = await estimatePrediction(half, [model], {}, { memory: bytes - 1 });
  expect(estimate).toMatchObject({ tileSize: 224, settings: { tileSize: 224 } });
  expect(estimate.bytes).toBeLessThan(bytes);
  expect(estimate.notes).toEqual([expect.stringContaining('tiles of 224 pixels instead of 256')]);
  expect(planInStore(half, [model], estimate.settings).members[0]?.layout.tile).toBe(224);
});

it('says in a sentence that no tile fits', async () => {
  await expect(estimatePrediction(half, [model], {}, { memory: 1e6 })).rejects.toThrow(
    /needs \d+ MB of memory, and there are 1 MB/,
  );
});
