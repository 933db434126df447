/** Slides through the machine's OpenSlide; skipped where there is none. The uncompressed VMU has known pixels. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Raster, resizeArea } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFormat, samplePicture } from '../../../tests/format-suite.js';
import { buildVmu } from '../../../tests/openslide/vmu-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { browserRuntime } from '../../browser-runtime.js';
import { openSlide } from '../../open-slide.node.js';
import { blobSource } from '../../source/blob-source.js';
import { readSlideTable } from '../../table/slide-table.node.js';
import { encodeJpeg } from '../../write-image.node.js';
import { openSource } from '../open-source.js';
import { openSlideLibrary } from './library.node.js';

const library = openSlideLibrary();
const isThere = typeof library !== 'string';
if (typeof library === 'string') console.warn(`OpenSlide's slides are not tested: ${library}`);

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-openslide-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const half = (picture: Raster): Raster =>
  resizeArea(picture, Math.ceil(picture.width / 2), Math.ceil(picture.height / 2));

async function write(options: Parameters<typeof buildVmu>[0]): Promise<string> {
  const place = await writeFiles(join(folder, String(++count)), buildVmu(options));
  return join(place, 'slide.vmu');
}

describe.runIf(isThere)('through OpenSlide', () => {
  // A map of one pixel would be no level; of a picture of one pixel there is no smaller one.
  describeFormat('VMU', [{ name: 'uncompressed', write: (picture) => write({ picture, map: half(picture) }) }]);

  it('says by whom it is read, its scale, its levels and its pictures', async () => {
    const picture = samplePicture(1200, 700);
    const macro = await encodeJpeg({ width: 40, height: 30, channels: 3, data: new Uint8Array(3600).fill(90) }, 90);
    const path = await write({ picture, map: half(half(picture)), columnWidth: 400, micronsPerPixel: 0.25, macro });
    expect(await readSlideTable(path)).toMatchObject([{ id: 'slide', image: path }]);
    const slide = await openSlide(path);
    try {
      expect(slide.micronsPerPixel).toBeCloseTo(0.25, 5);
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
        [1200, 700],
        [300, 175],
      ]);
      expect(slide.info).toMatchObject({ format: 'Hamamatsu VMU', objectivePower: 20, associated: ['macro'] });
      expect(slide.info.notes).toEqual([
        expect.stringMatching(/^read by OpenSlide \d+\.\d+\.\d+, not by ftuseg's own reader$/),
        'what is transparent is shown over #ffffff: white, since it states no colour',
      ]);
      const whole = { x: 0, y: 0, width: 1200, height: 700, downsample: 1 };
      expect(Buffer.compare((await slide.readRegion(whole)).data, picture.data)).toBe(0);
      const small = await slide.readRows({ width: 300, height: 175, top: 0, rows: 175 });
      expect(Buffer.compare(small.data, half(half(picture)).data)).toBe(0);
      const shown = await slide.readAssociated('macro');
      expect([shown.width, shown.height, shown.data.every((value) => Math.abs(value - 90) < 3)]).toEqual([
        40,
        30,
        true,
      ]);
    } finally {
      await slide.close();
    }
    await expect(slide.readRegion({ x: 0, y: 0, width: 1, height: 1, downsample: 1 })).rejects.toThrow('closed');
  });

  it('says in one sentence what the library says of damage', async () => {
    const picture = samplePicture(64, 64);
    const lost = await write({ picture, map: half(picture) });
    await rm(join(lost, '..', 'slide_map.ngr'));
    await expect(openSlide(lost)).rejects.toMatchObject({ code: 'bad-input', subject: lost });
    await expect(openSlide(lost)).rejects.toThrow(/OpenSlide \d.* cannot read it: .*slide_map\.ngr/);
    const cut = await write({ picture, map: half(picture) });
    await writeFile(
      join(cut, '..', 'slide.ngr'),
      buildVmu({ picture, map: picture }).get('slide.ngr')?.slice(0, 999) ?? '',
    );
    const slide = await openSlide(cut);
    const whole = { x: 0, y: 0, width: 64, height: 64, downsample: 1 };
    await expect(slide.readRegion(whole)).rejects.toMatchObject({ code: 'bad-input', subject: cut });
    await slide.close();
    const other = join(folder, 'other.vms');
    await writeFile(other, '[Something else]\n');
    await expect(openSlide(other)).rejects.toThrow(/OpenSlide \d.* does not know this Hamamatsu VMS file/);
  });

  it('is not asked of files that a reader here refused, nor where it is turned off', async () => {
    const index = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
    const damaged = join(folder, 'damaged.svs');
    await writeFile(damaged, Uint8Array.of(0x49, 0x49, 42, 0, 200, 0, 0, 0, 0, 0));
    await expect(openSlide(damaged)).rejects.toThrow(/^(?!.*OpenSlide)/s);
    const picture = samplePicture(8, 8);
    const path = await write({ picture, map: half(picture) });
    const code = `import('${index}').then(async ({ openSlide }) => openSlide('${path}')).catch((e) => console.log(e.message))`;
    const env = { ...process.env, FTUSEG_OPENSLIDE: '0' };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { env });
    expect(stdout).toMatch(/Hamamatsu VMU files are not supported; install OpenSlide 3.4 or later/);
  });
});

it('does not open in a page', async () => {
  const picture = samplePicture(8, 8);
  const text = buildVmu({ picture, map: half(picture) }).get('slide.vmu') ?? new Uint8Array();
  const source = blobSource(new Blob([Uint8Array.from(text)]), 'slide.vmu');
  await expect(openSource(source, browserRuntime)).rejects.toThrow('Hamamatsu VMU files are not supported');
});
