/** A data set that is prepared again: the index says nothing that is not so, and rasters are what they were. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@ftuseg/files';
import { openDataset } from '@ftuseg/folders';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeDiscSlides } from '../../tests/discs.js';
import { loadSlide } from '../dataset/load-slide.js';
import { prepareDataset } from './prepare.js';

let folder = '';
let table = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-again-'));
  table = await writeDiscSlides(join(folder, 'slides'), 3);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

async function contents(out: string): Promise<Map<string, string>> {
  const names = [...(await readdir(join(out, 'slides'))).map((name) => `slides/${name}`), 'dataset.json', 'tiles.csv'];
  const bytes = await Promise.all(names.map((name) => readFile(join(out, name), 'latin1')));
  return new Map(names.map((name, i) => [name, bytes[i] ?? '']));
}

it('has no index while it is prepared with other settings, nor after that was stopped', async () => {
  const out = at('stopped');
  await prepareDataset({ table, out, micronsPerPixel: 1, tile: 64 });
  const stop = new AbortController();
  const seen: boolean[] = [];
  const onProgress = ({ done }: { done: number }): void => {
    seen.push(existsSync(join(out, 'dataset.json')), existsSync(join(out, 'tiles.csv')));
    if (done === 1) stop.abort();
  };
  const again = { table, out, micronsPerPixel: 2, tile: 64 };
  await expect(prepareDataset({ ...again, signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(new Set(seen)).toEqual(new Set([false]));
  await expect(openDataset(out)).rejects.toMatchObject({ code: 'not-found' });
  await prepareDataset(again);
  await prepareDataset({ ...again, out: at('undisturbed') });
  expect(await contents(out)).toEqual(await contents(at('undisturbed')));
});

it('keeps the index where inputs are missing: nothing was changed', async () => {
  const out = at('kept');
  await prepareDataset({ table, out, micronsPerPixel: 1, tile: 64 });
  const gone = { id: 'gone', image: at('gone.png'), mask: at('gone.mask.png'), columns: {} };
  await expect(prepareDataset({ rows: [gone], out, micronsPerPixel: 1, tile: 64 })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect((await openDataset(out)).slides).toHaveLength(3);
});

it('finds a flipped byte: training is refused, preparing makes the raster anew and says so', async () => {
  const out = at('flipped');
  const options = { table, out, micronsPerPixel: 1, tile: 64 };
  await prepareDataset(options);
  const before = await contents(out);
  const dataset = await openDataset(out);
  for (const [i, name] of ['image', 'mask'].entries()) {
    const slide = dataset.slides[i];
    if (slide === undefined) throw new Error('three slides were prepared');
    await loadSlide(dataset, slide);
    const path = join(out, `slides/${slide.id}.${name}.npy`);
    const bytes = await readFile(path);
    const last = bytes.length - 5;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(loadSlide(dataset, slide)).rejects.toThrow(
      /the raster is not as `ftu prepare` wrote it: its checksum differs; run `ftu prepare` again/,
    );
  }
  const { reused, warnings } = await prepareDataset(options);
  expect([reused, warnings]).toEqual([1, [expect.stringMatching(/a raster had changed on the disk/)]]);
  expect(await contents(out)).toEqual(before);
  expect(await prepareDataset(options)).toMatchObject({ reused: 3, warnings: [] });
});

it('leaves a folder alone that another has', async () => {
  const out = at('locked');
  const lock = await lockFolder(out);
  await expect(prepareDataset({ table, out, micronsPerPixel: 1, tile: 64 })).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(await readdir(out)).toEqual(['.ftu-lock']);
  await lock.release();
  expect(existsSync(out)).toBe(false);
});
