/** Rasters as arrays: the same bytes mapped and read, errors that name the file, and one map for all loading threads. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectedComponents, encodeNpy, raster } from '@ftuseg/core';
import { slideFiles } from '@ftuseg/folders';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeDiscSlides } from '../../tests/discs.js';
import type { BatchJob } from '../batches/batch.js';
import { augmentSchema } from '../config/augment.js';
import { parseTrainConfig } from '../config/parse-config.js';
import { prepareDataset } from '../prepare/prepare.js';
import { slideShares } from '../sampling/sampler.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-rasters-'));
  const table = await writeDiscSlides(join(folder, 'slides'), 2);
  await prepareDataset({ table, out: join(folder, 'data'), micronsPerPixel: 0.5, tile: 64 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** The module as it is with the addon, or without. */
async function modules(mapped: boolean) {
  if (!mapped) vi.stubEnv('FTUSEG_TORCH_ADDON', '/nowhere/ftuseg_torch.node');
  vi.resetModules();
  return {
    ...(await import('./rasters.js')),
    ...(await import('./shared-raster.js')),
    ...(await import('@ftuseg/folders')),
    ...(await import('./load-slide.js')),
    ...(await import('../batches/batch.js')),
    ...(await import('../batches/loader.js')),
    ...(await import('./sources.js')),
    ...(await import('../loop/training-data.js')),
  };
}

const ways = [...(torchAvailable() ? [['mapped', true] as const] : []), ['read', false] as const];

describe.each(ways)('rasters, %s', (_, mapped) => {
  it('have the bytes of their files', async () => {
    const { openDataset, loadSlide, isMapped } = await modules(mapped);
    const dataset = await openDataset(join(folder, 'data'));
    for (const slide of dataset.slides) {
      const { image, mask } = await loadSlide(dataset, slide);
      const stored = await readFile(join(dataset.folder, slideFiles(slide.id).image));
      expect(image).toHaveLength(slide.width * slide.height * 3);
      expect(Buffer.from(image).equals(stored.subarray(stored.length - image.length))).toBe(true);
      expect([isMapped(image), isMapped(mask)]).toEqual([mapped, mapped]);
      if (!mapped) expect(image.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it('are refused by name where something is wrong with the file', async () => {
    const { loadRaster } = await modules(mapped);
    const good = encodeNpy({ shape: [4, 5], data: new Uint8Array(20) });
    const cases: [string, Uint8Array, RegExp][] = [
      ['empty', new Uint8Array(), /not a NumPy/],
      ['cut', good.subarray(0, good.length - 1), /147 bytes where its header says 148/],
      ['longer', Uint8Array.of(...good, 0), /149 bytes where its header says 148/],
      ['shape', encodeNpy({ shape: [5, 4], data: new Uint8Array(20) }), /shape 4 x 5, found 5 x 4/],
      ['type', encodeNpy({ shape: [4, 5], data: new Int8Array(20) }), /expected uint8, found int8/],
    ];
    for (const [name, bytes, message] of cases) {
      const path = join(folder, `${name}.npy`);
      await writeFile(path, bytes);
      await expect(loadRaster(path, [4, 5])).rejects.toThrow(message);
      await expect(loadRaster(path, [4, 5])).rejects.toMatchObject({ subject: path });
    }
    await expect(loadRaster(join(folder, 'none.npy'), [4, 5])).rejects.toMatchObject({ code: 'not-found' });
    await expect(loadRaster(folder, [4, 5])).rejects.toMatchObject({ code: 'io', subject: folder });
    await writeFile(join(folder, 'nothing.npy'), encodeNpy({ shape: [0, 5], data: new Uint8Array() }));
    expect(await loadRaster(join(folder, 'nothing.npy'), [0, 5])).toHaveLength(0);
  });

  it('are the same for loading threads, also when another file has taken the name', async () => {
    const { openDataset, loadSlide, startLoader, batchOrder, batchMemory, renderBatch } = await modules(mapped);
    const data = join(folder, 'data');
    const dataset = await openDataset(data);
    const slides = await Promise.all(
      dataset.slides.map(async (slide) => ({ ...(await loadSlide(dataset, slide)), objects: Int32Array.of() })),
    );
    const job: BatchJob = {
      slides,
      plan: { kind: 'free', shares: slideShares(slides, 'even'), centred: 0, jitter: 0, bins: [] },
      tile: 32,
      classes: 1,
      batchSize: 4,
      seed: 9,
      augment: augmentSchema.parse({ preset: 'strong' }),
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    };
    const path = join(data, slideFiles(dataset.slides[0]?.id ?? '').image);
    const kept = await readFile(path);
    await writeFile(join(folder, 'other.npy'), new Uint8Array(kept.length));
    await rename(join(folder, 'other.npy'), path);
    const loader = startLoader(job, batchOrder(10, 4), { workers: 2, prefetch: 2 });
    try {
      const memory = batchMemory(job);
      for (let i = 0; i < 4; i++) {
        const loaded = await loader.next();
        renderBatch(job, loaded.index, memory);
        expect(loaded.images).toEqual(memory.images);
        expect(loaded.masks).toEqual(memory.masks);
        loaded.release();
      }
    } finally {
      await loader.close();
      await writeFile(path, kept);
    }
  });

  it('are opened once where a slide trains and validates, and the run says what they take', async () => {
    const { openSources, loadTrainingData, objectBoxes } = await modules(mapped);
    const config = parseTrainConfig({
      data: join(folder, 'data'),
      out: '-',
      split: 'tiles',
      foldCount: 2,
      batchSize: 1,
      sampling: { windows: 'grid', positive: 1, negative: 1 },
    });
    const data = await loadTrainingData(config, await openSources(config), 0, 32);
    expect(data.slides).toHaveLength(2);
    expect(data.validation).toHaveLength(2);
    data.slides.forEach(({ image, mask, width, height }, i) => {
      expect(data.validation[i]?.pixels.image).toBe(image);
      const { components } = connectedComponents(raster(width, height, 1, mask));
      expect(components.length).toBeGreaterThan(1);
      expect([...objectBoxes({ width, mask })]).toEqual(
        components.flatMap(({ box }) => [box.x, box.y, box.width, box.height]),
      );
    });
    if (mapped) expect(data.memoryNote).toBeUndefined();
    else expect(data.memoryNote).toMatch(/take 0\.00 GB of memory, because their files cannot be mapped/);
  });
});
