import { createRandom, FtuError } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { augmentSchema } from '../config/augment.js';
import { slideShares } from '../sampling/sampler.js';
import { type BatchJob, batchMemory, batchWindows, renderBatch, withHardPlaces } from './batch.js';
import { batchOrder, startLoader } from './loader.js';

function shared(length: number, below: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  for (let i = 0; i < length; i++) bytes[i] = random.int(below);
  return bytes;
}

function makeJob(): BatchJob {
  const slides = [1, 2].map((seed) => ({
    width: 90,
    height: 70,
    image: shared(90 * 70 * 3, 256, seed),
    mask: shared(90 * 70, 2, seed + 9),
    objects: Int32Array.of(20, 20, 10, 10),
  }));
  return {
    slides,
    plan: { kind: 'free', shares: slideShares(slides, 'even'), centred: 0.5, jitter: 0.5, bins: [] },
    tile: 32,
    classes: 1,
    batchSize: 3,
    seed: 4,
    augment: augmentSchema.parse({ preset: 'strong', cutMix: 0.5 }),
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  };
}

async function take(job: BatchJob, workers: number, count: number) {
  const loader = startLoader(job, batchOrder(2, job.batchSize), { workers, prefetch: 3 });
  const batches: { index: unknown; images: Float32Array; masks: Float32Array }[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const { index, images, masks, release } = await loader.next();
      batches.push({ index, images: images.slice(), masks: masks.slice() });
      release();
    }
  } finally {
    await loader.close();
  }
  return batches;
}

describe('renderBatch', () => {
  it('changes all windows of an epoch alike where changes are drawn per epoch, and each by itself otherwise', () => {
    const turned = (drawnPer: 'epoch' | 'window', epoch: number): number[][] => {
      const augment = augmentSchema.parse({ preset: 'none', flips: true, quarterTurns: 0.5, drawnPer });
      const grid = { tiles: Int32Array.of(0, 8, 8), count: 1, bins: new Int32Array() };
      const job: BatchJob = { ...makeJob(), plan: { kind: 'grid', pools: [grid] }, batchSize: 12, augment };
      const memory = batchMemory(job);
      renderBatch(job, { epoch, first: 0 }, memory);
      return Array.from({ length: 12 }, (_, n) => [...memory.images.subarray(n * 3072, (n + 1) * 3072)]);
    };
    const distinct = (images: number[][]): number => new Set(images.map(String)).size;
    const epochs = Array.from({ length: 12 }, (_, epoch) => turned('epoch', epoch));
    expect(epochs.map(distinct)).toEqual(epochs.map(() => 1));
    expect(distinct(epochs.flat())).toBeGreaterThan(4);
    expect(distinct(turned('window', 0))).toBeGreaterThan(4);
  });
});

describe('startLoader', () => {
  it('gives the same batches in the same order with two workers, with one and without', async () => {
    const job = makeJob();
    const without = await take(job, 0, 7);
    expect(without.map(({ index }) => index)).toEqual([
      { epoch: 0, first: 0 },
      { epoch: 0, first: 3 },
      { epoch: 1, first: 0 },
      { epoch: 1, first: 3 },
      { epoch: 2, first: 0 },
      { epoch: 2, first: 3 },
      { epoch: 3, first: 0 },
    ]);
    expect(await take(job, 2, 7)).toEqual(without);
    expect(await take(job, 1, 7)).toEqual(without);
  });

  it('waits for the places of an epoch, and draws its windows from them, whoever renders them', async () => {
    const job = makeJob();
    if (job.plan.kind !== 'free') throw new RangeError('windows are drawn freely');
    const waiting: BatchJob = {
      ...job,
      plan: { ...job.plan, centred: 0, jitter: 0, hardNegatives: 1 },
      augment: undefined,
    };
    const places = { boxes: Int32Array.of(1, 40, 30, 10, 10), cumulative: Float64Array.of(1) };
    const drawn = async (workers: number) => {
      const loader = startLoader(waiting, batchOrder(2, 3), { workers, prefetch: 3, lastEpoch: 0 });
      const images: Float32Array[] = [];
      const take = async (count: number) => {
        for (let i = 0; i < count; i++) {
          const batch = await loader.next();
          images.push(batch.images.slice());
          batch.release();
        }
      };
      try {
        await take(2);
        await expect(loader.next()).rejects.toThrow('no batch is left');
        loader.extend(places, 1);
        await take(2);
        await expect(loader.next()).rejects.toThrow('no batch is left');
      } finally {
        await loader.close();
      }
      return images;
    };
    const [alone, threads] = [await drawn(0), await drawn(2)];
    expect(threads).toEqual(alone);
    // Before there are places windows lie anywhere; after that all on the one.
    const windows = alone.map((batch) => new Set([0, 1, 2].map((n) => String(batch.subarray(n * 3072, n * 3072 + 9)))));
    expect(windows.map(({ size }) => size)).toEqual([3, 3, 1, 1]);
    expect(batchWindows(withHardPlaces(waiting, places), { epoch: 1, first: 0 })[0]).toEqual({
      slide: 1,
      x: 29,
      y: 19,
    });
  });

  it('goes on from a place inside an epoch', () => {
    const all = batchOrder(3, 4);
    const rest = batchOrder(3, 4, { epoch: 1, batch: 2 });
    const take = (order: Generator<unknown>, count: number) => Array.from({ length: count }, () => order.next().value);
    expect(take(rest, 5)).toEqual(take(all, 10).slice(5));
  });

  it('augments every sample and every epoch differently', () => {
    const job = makeJob();
    const memory = batchMemory(job);
    const sums = new Set<number>();
    for (let epoch = 0; epoch < 4; epoch++) {
      renderBatch(job, { epoch, first: 0 }, memory);
      for (let n = 0; n < 3; n++) {
        sums.add(memory.images.subarray(n * 3072, (n + 1) * 3072).reduce((sum, value) => sum + value, 0));
      }
    }
    expect(sums.size).toBe(12);
    expect(memory.images.every(Number.isFinite)).toBe(true);
    expect(new Set(memory.masks)).toEqual(new Set([0, 1]));
  });

  it('says so when a worker dies, whether or not someone is waiting', async () => {
    const broken = { ...makeJob(), slides: [] };
    const loader = startLoader(broken, batchOrder(1, 3), { workers: 2, prefetch: 2 });
    await expect(loader.next()).rejects.toThrow(FtuError);
    await expect(loader.next()).rejects.toThrow(/worker that loads training data stopped/);
    await loader.close();
    await loader.close();
  });
});

describe('batchWindows', () => {
  it('names the windows that renderBatch draws', () => {
    const job = makeJob();
    expect(batchWindows(job, { epoch: 1, first: 3 })).toEqual(batchWindows(job, { epoch: 1, first: 3 }));
    expect(batchWindows(job, { epoch: 1, first: 3 })).toHaveLength(3);
  });
});
