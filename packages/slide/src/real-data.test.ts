import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodeRle, encodeRle, raster } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { describe, expect, it } from 'vitest';
import { readLabelImage } from './labels/label-image.node.js';
import { openSlide } from './open-slide.node.js';
import { readSlideTable } from './table/slide-table.node.js';
import { readTruth } from './truth/read-truth.js';

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const WIDTH = 25794;
const HEIGHT = 31278;

describe.skipIf(!existsSync(`${data}/hubmap`))(
  'the mask of HuBMAP slide 2f6ecfcdf (needs ../shared/data/hubmap)',
  () => {
    it('has 8,030,180 pixels, matches the 16x tiles, and comes back as the same text', async () => {
      const { rows } = await readCsv(`${data}/hubmap/train.csv`);
      const code = rows[0]?.cells.encoding ?? '';
      const mask = decodeRle(code, WIDTH, HEIGHT);
      // Four pixels at a time, of which nearly all are 0.
      const { buffer, byteOffset, length } = mask.data;
      expect(length % 4).toBe(0);
      const fours = new Uint32Array(buffer, byteOffset, length / 4);
      let foreground = 0;
      for (let i = 0; i < fours.length; i++) {
        for (let rest = fours[i] ?? 0; rest !== 0; rest >>>= 8) foreground += rest & 255;
      }
      expect(foreground).toBe(8030180);
      expect(encodeRle(mask) === code).toBe(true);

      // The tiles' maker padded the slide on both sides to whole tiles of 256 pixels at 1/16, took every 16th pixel, and
      // numbered the tiles row by row from 0.
      const tile = 256 * 16;
      const columns = Math.ceil(WIDTH / tile);
      const left = Math.floor((columns * tile - WIDTH) / 2);
      const top = Math.floor((Math.ceil(HEIGHT / tile) * tile - HEIGHT) / 2);
      const folder = `${data}/hubmap/tiles_16x/masks`;
      const names = await readdir(folder);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const number = Number(/_(\d+)red16/.exec(name)?.[1]);
        const expected = new Uint8Array(256 * 256);
        for (let y = 0; y < 256; y++) {
          for (let x = 0; x < 256; x++) {
            const column = (number % columns) * tile - left + x * 16;
            const row = Math.floor(number / columns) * tile - top + y * 16;
            const inside = column >= 0 && column < WIDTH && row >= 0 && row < HEIGHT;
            expected[y * 256 + x] = inside ? (mask.data[row * WIDTH + column] ?? 0) : 0;
          }
        }
        expect(await readLabelImage(`${folder}/${name}`), name).toEqual(raster(256, 256, 1, expected));
      }
    });

    it('has donors to group by', async () => {
      const { rows } = await readCsv(`${data}/hubmap/HuBMAP-20-dataset_information.csv`);
      expect(rows.find(({ cells }) => cells.image_file === '2f6ecfcdf.tiff')?.cells.patient_number).toMatch(/^\d+$/);
    });
  },
);

describe.skipIf(!existsSync(`${data}/kidney-roi`))('kidney regions (needs ../shared/data/kidney-roi)', () => {
  it('open with their masks as the table says', async () => {
    const rows = await readSlideTable(`${data}/kidney-roi`);
    expect(rows).toHaveLength(61);
    for (const row of rows.slice(0, 12)) {
      const slide = await openSlide(row.image);
      expect([slide.width, slide.height]).toEqual([Number(row.columns.width), Number(row.columns.height)]);
      const labels = await readTruth(row, slide);
      const count = (value: number): number => labels.data.filter((label) => label === value).length;
      expect([count(1), count(2)]).toEqual([Number(row.columns.normal_pixels), Number(row.columns.sclerotic_pixels)]);
    }
  });
});

describe.skipIf(!existsSync(`${data}/slides`))('slide files of other projects (need ../shared/data/slides)', () => {
  it.each([
    ['pathml/small_HE.svs', 2220, 2967, 0.499],
    ['openslide-python/boxes.tiff', 300, 250, undefined],
    ['qupath/cells.ome.tif', 93, 131, 0.25],
    ['pathml/smalltif.tif', 640, 480, undefined],
    ['viv/Channel_0.tif', 439, 167, undefined],
    ['openslide-python/boxes_0.dcm', 16, 16, 0.499],
    ['openslide-python/boxes_1.dcm', 16, 16, 0.499],
    ['pathml/small_dicom.dcm', 3236, 2638, undefined],
  ])('opens %s', async (name, width, height, microns) => {
    const slide = await openSlide(`${data}/slides/${name}`);
    expect(slide).toMatchObject({ width, height, micronsPerPixel: microns });
    const overview = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 4 });
    expect(overview).toMatchObject({ width: Math.round(width / 4), height: Math.round(height / 4), channels: 3 });
    await slide.close();
  });

  it('says the magnification of an SVS', async () => {
    const slide = await openSlide(`${data}/slides/openslide-python/small.svs`);
    expect(slide.info.objectivePower).toBe(20);
    await slide.close();
  });

  const python = '/usr/bin/python3';
  const hasOpenSlide = spawnSync(python, ['-c', 'import openslide']).status === 0;
  it.skipIf(!hasOpenSlide).each(['pathml/small_HE.svs', 'openslide-python/small.svs', 'openslide-python/boxes.tiff'])(
    "gives OpenSlide's pixels of %s (needs python3-openslide)",
    async (name) => {
      const path = `${data}/slides/${name}`;
      const program = [
        'import openslide, sys',
        's = openslide.OpenSlide(sys.argv[1])',
        'for level in range(s.level_count):',
        '    sys.stdout.buffer.write(s.read_region((0, 0), level, s.level_dimensions[level]).tobytes())',
      ].join('\n');
      const { stdout } = spawnSync(python, ['-c', program, path], { maxBuffer: 1 << 28 });
      const slide = await openSlide(path);
      let at = 0;
      for (const { width, height, downsample } of slide.levels) {
        const { data: ours } = await slide.readRows({ width, height, top: 0, rows: height });
        // Where a level's sides are rounded, OpenSlide shifts it by a fraction of a pixel; ours are then tifffile's.
        const exact = width * downsample === slide.width && height * downsample === slide.height;
        let furthest = 0;
        for (let i = 0; i < width * height; i++, at += 4) {
          if (!exact) continue;
          for (let c = 0; c < 3; c++) {
            furthest = Math.max(furthest, Math.abs((ours[3 * i + c] ?? 999) - (stdout[at + c] ?? 0)));
          }
        }
        expect(furthest).toBeLessThanOrEqual(2);
      }
      expect(at).toBe(stdout.length);
      await slide.close();
    },
  );

  it.each([
    ['openslide-python/unopenable.tiff', 'unsupported', 'the compression 52479'],
    ['qupath/cells-gray32.tif', 'unsupported', '32-bit floating-point samples'],
    ['qupath/cells-2c.ome.tif', 'unsupported', 'images of 2 channels'],
    ['pathml/small_vectra.qptiff', 'unsupported', 'fluorescence channels'],
    ['qupath/cells-2z.ome.tif', 'unsupported', 'stacks of 2 focal planes'],
    ['viv/multifile-Z1.ome.tiff', 'unsupported', 'OME-TIFFs of several files'],
    ['qupath/cells-1.jp2', 'unsupported', 'JPEG 2000 (.jp2) files are not supported'],
  ])('refuses %s', async (name, code, problem) => {
    const opening = openSlide(`${data}/slides/${name}`);
    await expect(opening).rejects.toThrow(problem);
    await expect(opening).rejects.toMatchObject({ name: 'SlideError', code });
  });
});
