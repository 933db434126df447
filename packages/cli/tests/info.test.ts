/** `ftu info` on files that other writers made. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSlide } from '../../slide/tests/dicom/slide-builder.mjs';
import { ftu } from './run.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../slide/tests/fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-info-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('ftu info', () => {
  it('says how a pyramid is laid out, and where its scale stands', async () => {
    const { code, stdout } = await ftu('info', fixture('pyramid-pages.tif'));
    expect(code).toBe(0);
    expect(stdout).toContain('BigTIFF pyramid');
    expect(stdout).toContain('0.5000 (resolution tags)');
    expect(stdout).toMatch(/level 2 .*20 x 15.*tiles of 32 x 32/);
  });

  it('prints an object, with null for an unknown scale', async () => {
    const { stdout } = await ftu('info', fixture('hubmap-3hw.tif'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ width: 83, height: 61, micronsPerPixel: null, associated: [] });
  });

  it('shows what the scanner wrote, if that is asked for', async () => {
    const path = fixture('pyramid-pages.tif');
    const asked = await ftu('info', path, '--properties');
    expect(asked.stdout).toMatch(/^property +tiff\.ResolutionUnit = (inch|centimeter)$/m);
    const { properties } = JSON.parse((await ftu('info', path, '--properties', '--json')).stdout);
    expect(properties).toMatchObject({ 'tiff.XResolution': expect.stringMatching(/^\d/) });
    const unasked = await ftu('info', path, '--json');
    expect(unasked.stdout).not.toContain('tiff.');
  });

  it('writes a thumbnail', async () => {
    const path = join(folder, 'small.png');
    expect((await ftu('info', fixture('lzw.tif'), '--thumbnail', path)).code).toBe(0);
    const small = await openSlide(path);
    expect([small.width, small.height]).toEqual([83, 61]);
  });

  it('ends with exit code 3 where the largest level of a DICOM series was left behind', async () => {
    const series = join(folder, 'series');
    await mkdir(series);
    const rgb = (pixels: number): Uint8Array => new Uint8Array(pixels * 3).fill(200);
    const level = { width: 16, height: 16, tile: [16, 16] as const, frameData: [rgb(256)] };
    const [type, uid] = ['DERIVED\\PRIMARY\\VOLUME\\RESAMPLED', '1.2.3.5'];
    await writeFile(join(series, 'level.dcm'), buildSlide({ ...level, type, uid }));
    await writeFile(join(series, 'label.dcm'), buildSlide({ ...level, type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' }));
    const { code, stderr, stdout } = await ftu('info', series);
    expect(code).toBe(3);
    expect(stderr).toMatch(/warning: its largest level \(16 x 16\) was made of a larger one/);
    expect(stdout).toContain('16 x 16 pixels');
    const converted = await ftu('convert', series, join(folder, 'small.tif'));
    expect([converted.code, converted.stderr]).toEqual([3, expect.stringContaining('was made of a larger one')]);
    await writeFile(join(folder, 'series.csv'), `id,image\nseries,${series}\n`);
    const prepare = ['prepare', '--slides', join(folder, 'series.csv'), '--unlabelled', '--tile-size', '32'];
    for (const _ of ['made', 'taken over']) {
      const prepared = await ftu(...prepare, '--out', join(folder, 'series-data'), '--include-background');
      const said = expect.stringContaining('warning: series: its largest level (16 x 16) was made of a larger one');
      expect([prepared.code, prepared.stderr]).toEqual([3, said]);
    }
  });

  it('refuses a file that is cut off, in one sentence', async () => {
    const path = join(folder, 'cut.tif');
    await writeFile(path, (await readFile(fixture('lzw.tif'))).subarray(0, 300));
    const { code, stderr } = await ftu('info', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cut\.tif: .*copy or export it again\.\n$/);
  });
});
