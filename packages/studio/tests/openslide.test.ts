import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APERIO_TILE, writeAperio } from './aperio.js';
import { picture, type RunningStudio, runStudio, writeSlide } from './running-studio.js';

/** Debian's package is for Debian's Python. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const python = PYTHONS.find((program) => {
  try {
    execFileSync(program, ['-c', 'import openslide.deepzoom'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined)
  console.warn('OpenSlide for Python is not installed (python3-openslide): no comparison with it');

const script = fileURLToPath(new URL('./deep-zoom.py', import.meta.url));

describe.skipIf(python === undefined)('tiles as OpenSlide cuts them', () => {
  let folder: string;
  let running: RunningStudio;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-openslide-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['pyramid.tif', 128],
    ['aperio.svs', APERIO_TILE],
  ])('have the same sizes and pixels: %s', async (name, tile) => {
    const path = join(folder, name);
    // Divides by all factors, so that OpenSlide's levels and Deep Zoom's have the same scale.
    if (name === 'pyramid.tif') await writeSlide(path, { width: 1024, height: 768 });
    else await writeAperio(path, picture(1024, 768));
    running = await runStudio({ input: path, work: join(folder, `${name}-work`) });
    const [slide] = (await running.json('/api/slides')) as { id: string }[];
    const places = [
      [10, 0, 0],
      [10, 3, 2],
      [10, Math.ceil(1024 / tile) - 1, Math.ceil(768 / tile) - 1],
      [9, 1, 1],
      [8, 0, 0],
      [6, 0, 0],
      [0, 0, 0],
    ] as const;
    const lines = places.map((place, i) => JSON.stringify([...place, join(folder, `${i}.png`)])).join('\n');
    const told = execFileSync(python ?? '', [script, path, String(tile)], { input: lines })
      .toString()
      .trim()
      .split('\n');
    for (const [i, [level, x, y]] of places.entries()) {
      const { size, levels } = JSON.parse(told[i] ?? '') as { size: [number, number]; levels: number };
      expect(levels).toBe(11);
      const { body } = await running.ask(`/slides/${slide?.id}_files/${level}/${x}_${y}.jpg`);
      const ours = await sharp(body).raw().toBuffer({ resolveWithObject: true });
      const theirs = await sharp(await readFile(join(folder, `${i}.png`)))
        .raw()
        .toBuffer();
      expect([ours.info.width, ours.info.height]).toEqual(size);
      const difference =
        ours.data.reduce((sum, value, k) => sum + Math.abs(value - (theirs[k] as number)), 0) / theirs.length;
      // Whole tiles of the file are the same; others were encoded once more, and OpenSlide shrinks by another filter.
      const handed = level === 10 && x < 4 && y < 3;
      expect([level, x, y, difference < (handed ? 0.01 : 7)]).toEqual([level, x, y, true]);
    }
    await running.close();
  });
});
