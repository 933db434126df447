/** Bands on the disk: what is whole comes back, what is not is not believed. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBandFolder } from './band-folder.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-bands-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HEIGHT = 5;

/** @param k number of the band; two columns each */
async function append(store: Awaited<ReturnType<typeof openBandFolder>>, k: number): Promise<void> {
  const probability = raster(2, HEIGHT, 1, new Uint8Array(2 * HEIGHT).fill(k + 1));
  const runs = {
    left: 2 * k,
    counts: Uint32Array.of(1, 0),
    starts: Int32Array.of(1),
    ends: Int32Array.of(3),
    labels: Uint8Array.of(1),
    peaks: Float32Array.of(0.5),
  };
  const state = { gridRight: 2 * k + 2, column: 2 * k + 2, edge: new Float32Array(HEIGHT).fill(k) };
  await store.append({ left: 2 * k, probability, agreement: undefined }, runs, state, [], []);
}

it('is taken up after the last whole band, whichever byte of which band changed', async () => {
  let n = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      async (band, place, change) => {
        const at = join(folder, String(n++));
        const store = await openBandFolder(at, 'plan');
        for (let k = 0; k < 3; k++) await append(store, k);
        const path = join(at, `band-0000${band}.bin`);
        const bytes = await readFile(path);
        const index = Math.floor(place * bytes.length);
        bytes[index] = (bytes[index] ?? 0) ^ change;
        await writeFile(path, bytes);
        const again = await openBandFolder(at, 'plan');
        expect((await again.runs()).map(({ left }) => left)).toEqual([0, 2, 4].slice(0, band));
        expect(again.state?.column).toBe(band === 0 ? undefined : 2 * band);
        for (let k = band; k < 3; k++) await append(again, k);
        const kept = [];
        for await (const { probability } of (await openBandFolder(at, 'plan')).bands()) kept.push(probability.data[0]);
        expect(kept).toEqual([1, 2, 3]);
      },
    ),
    { numRuns: 60 },
  );
});

it('does not believe a band that is cut off, nor those after it', async () => {
  const at = join(folder, 'cut');
  const store = await openBandFolder(at, 'plan');
  for (let k = 0; k < 3; k++) await append(store, k);
  const path = join(at, 'band-00001.bin');
  for (const bytes of [0, 3, 11, 40]) {
    await writeFile(path, (await readFile(path)).subarray(0, bytes));
    expect((await (await openBandFolder(at, 'plan')).runs()).length).toBe(1);
    expect(await readdir(at)).toEqual(['band-00000.bin', 'plan.json']);
    const again = await openBandFolder(at, 'plan');
    for (let k = 1; k < 3; k++) await append(again, k);
  }
});

it('says that a band was changed while it is used, and takes it for no empty one', async () => {
  const at = join(folder, 'meanwhile');
  const store = await openBandFolder(at, 'plan');
  for (let k = 0; k < 3; k++) await append(store, k);
  const path = join(at, 'band-00001.bin');
  await writeFile(path, (await readFile(path)).subarray(0, 20));
  const changed = { code: 'io', problem: expect.stringContaining('changed or removed') };
  await expect(store.runs()).rejects.toMatchObject(changed);
  await rm(path);
  const all = async (): Promise<void> => {
    for await (const _ of store.bands());
  };
  await expect(all()).rejects.toMatchObject(changed);
});

it('throws away what belongs to another plan', async () => {
  const at = join(folder, 'other');
  await append(await openBandFolder(at, 'plan'), 0);
  expect((await openBandFolder(at, 'another')).state).toBeUndefined();
});

it('is emptied for another plan, but for what it is told to keep', async () => {
  const at = join(folder, 'kept');
  await append(await openBandFolder(at, 'plan'), 0);
  await append(await openBandFolder(join(at, 'first'), 'first plan'), 0);
  await openBandFolder(at, 'another', ['first']);
  expect((await readdir(at)).sort()).toEqual(['first', 'plan.json']);
  expect((await openBandFolder(join(at, 'first'), 'first plan')).state?.gridRight).toBe(2);
  await openBandFolder(at, 'a third');
  expect(await readdir(at)).toEqual(['plan.json']);
});
