import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGeoJson } from './geojson/read-geojson.node.js';
import { readLabelImage } from './labels/label-image.node.js';
import { openSlide } from './open-slide.node.js';
import { readSlideTable } from './table/slide-table.node.js';

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  let folder = '';
  let pipe = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-pipe-'));
    pipe = join(folder, 'pipe.tif');
    execFileSync('mkfifo', [pipe]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['a slide', openSlide],
    ['a slide table', readSlideTable],
    ['a label image', readLabelImage],
    ['annotations', (path: string) => readGeoJson(path).next()],
  ])('is refused as %s instead of waiting for its writer', async (_, open) => {
    await expect(open(pipe)).rejects.toThrow(`${pipe}: this is a pipe, not a regular file; save its content as a file`);
  });
});
