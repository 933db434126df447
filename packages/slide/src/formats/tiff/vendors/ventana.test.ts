import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BifOptions,
  buildBif,
  scanXml,
  slideOf,
  stitchXml,
  twoAreas,
} from '../../../../tests/vendors/bif-builder.mjs';
import { openSlide, type Slide } from '../../../index.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-bif-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(options: BifOptions): Promise<Slide> {
  const path = join(folder, `${++files}.bif`);
  await writeFile(path, buildBif(options));
  return openSlide(path);
}

describe('Ventana BIF', () => {
  it('puts overlapping tiles of several areas together, level by level', async () => {
    const slide = await open(twoAreas);
    expect(slide.levels).toEqual([
      { width: 416, height: 272, downsample: 1 },
      { width: 208, height: 136, downsample: 2 },
      { width: 104, height: 68, downsample: 4 },
    ]);
    expect(slide.micronsPerPixel).toBeCloseTo(0.465, 9);
    expect(slide.info).toMatchObject({
      format: 'Ventana BIF',
      micronsPerPixelFrom: 'Ventana XML',
      objectivePower: 20,
      associated: ['macro', 'thumbnail'],
      notes: ['2 scanned areas'],
    });
    for (const downsample of [1, 2, 4]) {
      const { data } = await slide.readRegion({ x: 0, y: 0, width: 416, height: 272, downsample });
      expect(data).toEqual(slideOf(twoAreas, downsample).data);
    }
    // A window across the joints of four tiles.
    const whole = slideOf(twoAreas);
    const part = await slide.readRegion({ x: 41, y: 30, width: 50, height: 60, downsample: 1 });
    for (let row = 0; row < 60; row++) {
      const from = ((30 + row) * 416 + 41) * 3;
      expect(part.data.subarray(row * 150, row * 150 + 150)).toEqual(whole.data.subarray(from, from + 150));
    }
    expect((await slide.readAssociated('macro')).data).toEqual(twoAreas.label.data);
    expect((await slide.readAssociated('thumbnail')).data).toEqual(twoAreas.thumbnail.data);
    await slide.close();
  });

  it('shows the white of the scanner where nothing was scanned', async () => {
    const iScan = scanXml().replace('ScanWhitePoint="255"', 'ScanWhitePoint="235"');
    const slide = await open({ ...twoAreas, change: { iScan } });
    const { data } = await slide.readRegion({ x: 0, y: 0, width: 416, height: 272, downsample: 1 });
    expect(data).toEqual(slideOf(twoAreas, 1, 235).data);
    await slide.close();
  });

  it('is a plain pyramid without a description of areas', async () => {
    const slide = await open({ ...twoAreas, change: { stitching: null } });
    expect(slide.levels.map(({ width }) => width)).toEqual([448, 224, 112]);
    await slide.close();
  });

  const stitching = stitchXml(twoAreas);
  const areas = (change: Partial<BifOptions['areas'][number]>) =>
    stitchXml({ ...twoAreas, areas: twoAreas.areas.map((area) => ({ ...area, ...change })) });
  it.each([
    [
      'tiles that are no neighbours',
      { stitching: stitching.replace('RIGHT', 'UP') },
      'are no neighbours in the direction "UP"',
    ],
    ['tiles beyond the page', { stitching: areas({ columns: 9 }) }, 'too few for areas that end at tile 9 x 4'],
    [
      'tiles of another size',
      { stitching: stitching.replace('Width="64"', 'Width="63"') },
      'tiles of 63 x 64 pixels where the page has 64 x 64',
    ],
    ['overlaps of more than half a tile', { stitching: areas({ overlap: 40 }) }, 'pixels that overlap by 40.0 x 40.0'],
    ['areas without origins', { stitching: stitching.replace(/<AOI2[^>]*>/, '') }, '3 areas and the origins of 2'],
    [
      'areas between tiles',
      { stitching: stitching.replace('OriginX="256"', 'OriginX="250"') },
      'does not begin at a tile',
    ],
    [
      'levels that do not shrink',
      { descriptions: [undefined, 'level=1 mag=20 quality=90'] },
      'does not follow the level before',
    ],
    [
      'several focal planes',
      { iScan: scanXml().replace('Z-layers="1"', 'Z-layers="5"') },
      'of 5 focal planes are not supported',
    ],
    ['XML that is cut off', { stitching: stitching.slice(0, 300) }, 'its XML is not well-formed'],
  ])('refuses %s', async (_, change, sentence) => {
    await expect(open({ ...twoAreas, change })).rejects.toThrow(sentence);
  });
});
