/** `ftu tiles` and `ftu publish` as a person types them: a folder of tiles in, TFRecord files out, a package for Kaggle. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ftu } from './run.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-exchange-'));
  for (const name of ['images', 'masks', 'bin']) await mkdir(at('set', name), { recursive: true });
  for (const id of ['a_0_0', 'a_0_64', 'b_0_0']) {
    const tissue = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => [180, 60, 140][i % 3] ?? 0);
    await writePng(at('set', 'images', `${id}.png`), raster(64, 64, 3, tissue));
    await writePng(at('set', 'masks', `${id}.png`), raster(64, 64, 1, new Uint8Array(64 * 64).fill(255, 64 * 32)));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const publish = (...more: readonly string[]) =>
  ftu('publish', '--out', at('upload'), '--title', 'Glomeruli tiles', '--id', 'ada/tiles', ...more);

it('takes a folder of tiles to records and to a package', async () => {
  expect((await ftu('prepare', '--slides', at('set'), '--out', at('data'), '--tile-size', '64')).code).toBe(0);
  const tiles = await ftu('tiles', '--data', at('data'), '--out', at('tiles'), '--format', 'tfrecord');
  expect(tiles).toMatchObject({ code: 0, stdout: `3 tiles of 3 slides in ${at('tiles')}\n` });
  const names = ['a_0_0', 'a_0_64', 'b_0_0'];
  expect((await readdir(at('tiles'))).sort()).toEqual(
    [...names, ...names.map((name) => `${name}_patches.csv`), 'tables'].sort(),
  );

  vi.stubEnv('PATH', at('set', 'bin'));
  const manual = await publish('--files', at('tiles'), '--message', 'more');
  expect(manual.code).toBe(0);
  expect(manual.stdout).toContain('8 files');
  expect(manual.stdout).toContain(`\n  kaggle datasets create -p ${at('upload')}\n`);
  expect(manual.stdout).toContain(`\n  kaggle datasets version -p ${at('upload')} -m more\n`);

  await writeFile(at('set', 'bin', 'kaggle'), '#!/bin/sh\necho "403 - Forbidden"\nexit 1\n');
  await chmod(at('set', 'bin', 'kaggle'), 0o755);
  vi.stubEnv('KAGGLE_USERNAME', 'ada');
  vi.stubEnv('KAGGLE_KEY', 'not a key');
  const refused = await publish('--files', at('tiles'));
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('did not take the data set: 403 - Forbidden'),
  });
  expect((await readdir(at('upload'))).sort()).toEqual(['checksums.txt', 'dataset-metadata.json', 'tiles.zip']);
  expect((await publish('--files', at('tiles'), '--dry-run')).stdout).toContain('nothing was uploaded, as asked');
});

it('ends bad input with one sentence', async () => {
  const nowhere = await ftu('tiles', '--data', at('nowhere'), '--out', at('x'), '--format', 'png');
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no prepared data set here') });
  expect((await ftu('tiles', '--data', at('data'), '--out', at('x'), '--format', 'jpeg')).code).toBe(2);
  expect(await publish()).toMatchObject({ code: 2, stderr: expect.stringContaining('ftu publish needs --run DIR') });
  const missing = await publish('--files', at('nowhere'));
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') });
  const named = ['--out', at('upload'), '--title', 'Glomeruli tiles', '--id', 'tiles'];
  const slug = await ftu('publish', ...named, '--files', at('tiles'));
  expect(slug).toMatchObject({ code: 1, stderr: expect.stringContaining('not of the form user/slug') });
});

it.each([
  ['--viws reference', "unknown option '--viws' (Did you mean --views?)"],
  ['--downsample -3', '--downsample: give a number of more than 0, not -3'],
  ['--out there', '--out is given twice'],
  ['--help', 'with --help nothing else is done'],
])('packages no notebook whose prediction would be refused: %s', async (settings, says) => {
  const refused = await publish('--code', '--settings', settings, '--dry-run');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--settings: ftu predict would refuse it: '),
  });
  expect(refused.stderr).toContain(says);
});
