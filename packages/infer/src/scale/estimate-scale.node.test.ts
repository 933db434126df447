import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { pixelModel } from '../../tests/fakes.js';
import { estimateScales } from './estimate-scale.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-scale-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Bright discs of about 200 µm on a coloured ground, at a scale that the file does not state. */
async function slideAt(micronsPerPixel: number, width: number): Promise<SlideRow> {
  const random = createRandom(5);
  const step = 420 / micronsPerPixel;
  const discs = [];
  for (let y = step / 2; y < width; y += step) {
    for (let x = step / 2; x < width; x += step)
      discs.push([x, y, (100 * Math.exp(0.15 * random.normal())) / micronsPerPixel]);
  }
  const data = new Uint8Array(width * width * 3);
  data.set([40, 20, 90]);
  for (let done = 3; done < data.length; done *= 2) data.copyWithin(done, 0, done);
  for (const [a = 0, b = 0, radius = 0] of discs) {
    for (let y = Math.max(0, Math.floor(b - radius)); y < Math.min(width, b + radius); y++) {
      for (let x = Math.max(0, Math.floor(a - radius)); x < Math.min(width, a + radius); x++) {
        if (Math.hypot(x - a, y - b) >= radius) continue;
        const at = 3 * (y * width + x);
        [data[at], data[at + 1], data[at + 2]] = [250, 120, 180];
      }
    }
  }
  const image = join(folder, `${micronsPerPixel}.png`);
  await writePng(image, raster(width, width, 3, data));
  return { id: `s${micronsPerPixel}`, image, columns: {} };
}

const model = (card = {}) => ({
  model: pixelModel(({ value }) => (value - 0.5) * 12, { micronsPerPixel: 4, downsample: undefined, ...card }),
  weight: 1,
});

describe('estimateScales', () => {
  it.each(
    few(
      [
        [2.2, 900],
        [1, 1300],
        [0.5, 1700],
      ] as const,
      3,
    ),
  )(
    'finds a scale of %d µm per pixel within a quarter',
    async (scale, width) => {
      const { estimates } = await estimateScales([await slideAt(scale, width)], [model()]);
      const [found] = estimates;
      expect(found).toMatchObject({ id: `s${scale}`, sizesFrom: 'usual glomeruli' });
      expect(Math.abs((found?.micronsPerPixel ?? 0) / scale - 1)).toBeLessThan(0.25);
      expect(found?.low).toBeLessThan(scale);
      expect(found?.high).toBeGreaterThan(scale);
    },
    60_000,
  );

  it('goes by the sizes that the model was trained on', async () => {
    const objectSizes = { count: 40, diameters: [90, 100, 110] as [number, number, number] };
    const { estimates } = await estimateScales([await slideAt(1, 1300)], [model({ objectSizes })]);
    const [found] = estimates;
    expect(found?.sizesFrom).toBe('model card');
    // Discs that are 200 µm at 1 µm per pixel are 100 at a half.
    expect(Math.abs((found?.micronsPerPixel ?? 0) / 0.5 - 1)).toBeLessThan(0.25);
  }, 60_000);

  it('leaves slides alone that have a scale, and goes on where one does not open or nothing is found', async () => {
    const row = await slideAt(1, 600);
    const scaled = { ...row, micronsPerPixel: 1 };
    expect(await estimateScales([scaled], [model()])).toEqual({ estimates: [], failures: [] });
    const blind = { model: pixelModel(() => -5, { micronsPerPixel: 4, downsample: undefined }), weight: 1 };
    const missing = { id: 'missing', image: join(folder, 'missing.png'), columns: {} };
    const told: string[] = [];
    const { estimates, failures } = await estimateScales([missing, row], [blind], {
      onFailure: ({ id }) => told.push(id),
    });
    expect([estimates, told]).toEqual([[], ['missing', 's1']]);
    expect(failures.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('missing.png'),
      expect.stringMatching(/^nothing of the size .* at any scale/),
    ]);
    const found: string[] = [];
    await estimateScales([missing, await slideAt(2.2, 900)], [model()], { onEstimate: ({ id }) => found.push(id) });
    expect(found).toEqual(['s2.2']);
    await expect(estimateScales([row], [model({ micronsPerPixel: null, downsample: 2 })])).rejects.toThrow(
      /trained by a factor/,
    );
  }, 60_000);
});
