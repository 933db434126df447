/** VSI slides of known pictures: every level as it must be seen, however tiles are stored and wherever they lie. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster } from '@ftuseg/core';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectLevels } from '../../../tests/expect-levels.js';
import { serve } from '../../../tests/serve.js';
import { buildVsi, sceneOf, type VsiOptions, type VsiStack } from '../../../tests/vsi/vsi-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { browserRuntime } from '../../browser-runtime.js';
import { jpeg2000 } from '../../codecs/jpeg-2000/jpeg-2000.js';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';
import { blobFolder } from '../../source/blob-folder.js';
import { blobSource } from '../../source/blob-source.js';
import { openFileSource } from '../../source/file-source.node.js';
import { readSlideTable } from '../../table/slide-table.node.js';
import { openSource } from '../open-source.js';
import { openTiff } from '../tiff/open-tiff.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-vsi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(options: VsiOptions) {
  const { files, levels } = await buildVsi(options);
  const place = await writeFiles(join(folder, String(++count)), files);
  return { path: join(place, 'scan.vsi'), place, levels, files };
}

async function opened<T>(path: string, use: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  return use(slide).finally(() => slide.close());
}

const whole = ({ width, height }: Pick<Slide, 'width' | 'height'>) => ({ x: 0, y: 0, width, height, downsample: 1 });
const jpeg = ({ width, height, data }: Omit<Raster, 'channels'>): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();

describe('VSI', () => {
  it.each<[string, VsiStack]>([
    ['uncompressed tiles', {}],
    ['tiles that are no squares', { tile: { width: 24, height: 40 } }],
    ['an early version, with the size in the .vsi alone', { sizeIn: 'vsi' }],
    ['the size in the .ets alone', { sizeIn: 'ets' }],
    ['another tag of the size', { otherLayout: true, sizeIn: 'vsi' }],
    ['tiles that begin before the corner', { origin: [-42, -1] }],
    ['tiles of negative columns and rows', { origin: [77, 13] }],
    ['few tiles', { isStored: (column, row) => (column + row) % 3 > 0 }],
    ['few tiles over a coloured background', { background: [10, 200, 30], isStored: (column) => column !== 1 }],
    ['few tiles that begin before the corner', { origin: [-6, -10], isStored: (column, row) => column !== row }],
    ['blue first', { isBlueFirst: true }],
    ['the name of a first part', { frame: 'frame_t_0.ets' }],
  ])('shows every level as it must be: %s', async (_, stack) => {
    const { path, levels } = await write({ stacks: [stack] });
    await opened(path, async (slide) => {
      expect(slide.levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
        [152, 100, 1],
        [76, 50, 2],
        [38, 25, 4],
      ]);
      await expectLevels(slide, levels[0] ?? []);
      expect(slide.micronsPerPixel).toBe(0.25);
      expect(slide.info).toMatchObject({ format: 'Olympus VSI', objectivePower: 20, micronsPerPixelFrom: 'VSI tags' });
    });
  });

  it('shows every level of any grid', async () => {
    const side = fc.integer({ min: 16, max: 40 });
    const size = fc.integer({ min: 8, max: 120 });
    const start = fc.integer({ min: -90, max: 90 });
    const grids = fc.record({
      scene: fc.tuple(size, size).map(([width, height]) => sceneOf(width, height)),
      tile: fc.record({ width: side, height: side }),
      origin: fc.tuple(start, start),
      levels: fc.integer({ min: 1, max: 3 }),
      step: fc.integer({ min: 2, max: 6 }),
    });
    const property = fc.asyncProperty(grids, async ({ step, ...grid }) => {
      const { scene, tile, origin } = grid;
      // The tile in the middle is there, so that no level is empty.
      const middle = [
        Math.floor((scene.width / 2 - origin[0]) / tile.width),
        Math.floor((scene.height / 2 - origin[1]) / tile.height),
      ];
      const isStored = (column: number, row: number): boolean =>
        (column === middle[0] && row === middle[1]) || Math.abs(column * 2 + row) % step < 2;
      const { path, levels } = await write({ stacks: [{ ...grid, isStored }] });
      const [wanted = []] = levels;
      const slide = await openSlide(path);
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual(
        wanted.map(({ width, height }) => [width, height]),
      );
      expect(slide.info.warnings).toBeUndefined();
      for (const [number, level] of wanted.entries()) {
        const factor = 2 ** number;
        // Without the begun pixels, so that no other scale is asked for.
        const [width, height] = [Math.floor(slide.width / factor), Math.floor(slide.height / factor)];
        const region = { x: 0, y: 0, width: width * factor, height: height * factor, downsample: factor };
        const shown = await slide.readRegion(region);
        expect(Buffer.compare(shown.data, crop(level, { x: 0, y: 0, width, height }).data)).toBe(0);
      }
      await slide.close();
    });
    await fc.assert(property, { numRuns: 12 });
  });

  it('counts a begun pixel of a level as one, and keeps its scale', async () => {
    const { path } = await write({ stacks: [{ scene: sceneOf(131, 67) }] });
    await opened(path, async ({ levels }) =>
      expect(levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
        [131, 67, 1],
        [66, 34, 2],
        [33, 17, 4],
      ]),
    );
  });

  it('reads JPEG and hands its tiles out as they are', async () => {
    const { path, levels } = await write({ stacks: [{ compression: 'jpeg', encode: jpeg, levels: 1 }] });
    await opened(path, async (slide) => {
      const { data } = await slide.readRegion(whole(slide));
      const wanted = levels[0]?.[0]?.data ?? new Uint8Array();
      const far = data.filter((value, i) => Math.abs(value - (wanted[i] ?? 999)) > 12);
      expect(far.length / data.length).toBeLessThan(0.02);
      const tile = await slide.readJpegTile?.({ level: 0, column: 1, row: 1 });
      expect([...(tile ?? []).slice(0, 2)]).toEqual([0xff, 0xd8]);
    });
  });

  it('reads JPEG 2000', async () => {
    const fixture = new URL('../../../tests/fixtures/jpeg2000-rgb.tif', import.meta.url);
    const source = await openFileSource(fixture.pathname);
    const { levels } = await openTiff(source, { codecs: [jpeg2000], content: 'picture' });
    const [page] = levels[0].pages;
    const { offset, bytes } = await page.index.locate(0);
    const data = Uint8Array.from(await source.read(offset, bytes));
    await source.close();
    const tile = { width: page.blockWidth, height: page.blockHeight };
    const scene = sceneOf(tile.width, tile.height);
    const { path } = await write({
      stacks: [{ compression: 'jpeg-2000', encode: () => data, levels: 1, tile, scene }],
    });
    const size = { x: 0, y: 0, width: Math.min(tile.width, page.width), height: Math.min(tile.height, page.height) };
    const shown = await opened(path, (slide) => slide.readRegion({ ...size, downsample: 1 }));
    expect(shown).toEqual(await opened(fixture.pathname, (slide) => slide.readRegion({ ...size, downsample: 1 })));
  });

  it('reads grey where the slide says that it is brightfield', async () => {
    const grey: VsiStack = { samples: 1, background: [200], levels: 1, isTransmission: false, light: 'BF' };
    const { path, levels } = await write({ stacks: [grey] });
    const { data } = await opened(path, (slide) => slide.readRegion(whole(slide)));
    expect(data.every((value, i) => value === levels[0]?.[0]?.data[i - (i % 3)])).toBe(true);
  });

  it('takes the largest scan, says the others, and gives label and overview by name only', async () => {
    const small = { scene: sceneOf(64, 48, 3), levels: 1 };
    const { path, levels } = await write({
      stacks: [
        { ...small, number: 1, name: 'Label', type: undefined },
        { ...small, number: 10000, name: 'Overview', type: 1 },
        { ...small, number: 10002, name: '20x_BF_01' },
        { number: 10005, name: '20x_BF_02' },
        { ...small, number: 10008, name: 'Focus map', type: 4, isExternal: false },
      ],
      thumbnail: sceneOf(16, 12, 5),
    });
    await opened(path, async (slide) => {
      expect(await slide.readRegion(whole(slide))).toEqual(levels[3]?.[0]);
      expect(slide.info.warnings).toEqual(['a further scan, which is not read: "20x_BF_01" of 64 x 48 pixels']);
      expect([...slide.info.associated].sort()).toEqual(['label', 'macro', 'thumbnail']);
      expect(await slide.readAssociated('label')).toEqual(levels[0]?.[0]);
      expect(await slide.readAssociated('macro')).toEqual(levels[1]?.[0]);
      expect(await slide.readAssociated('thumbnail')).toEqual(sceneOf(16, 12, 5));
    });
  });

  it.each<[string, VsiStack, string]>([
    [
      'focal planes',
      { dimensions: [{ kind: 'z', size: 3 }], planes: [[0], [1], [2]], readPlane: 1 },
      '3 focal planes, of which the middle one is read',
    ],
    [
      'time points',
      { dimensions: [{ kind: 't', size: 2 }], planes: [[0], [1]] },
      '2 time points, of which the first is read',
    ],
    [
      'one channel of focal planes',
      {
        dimensions: [
          { kind: 'c', size: 1 },
          { kind: 'z', size: 2 },
        ],
        planes: [
          [0, 0],
          [0, 1],
        ],
        readPlane: 1,
      },
      '2 focal planes, of which the middle one is read',
    ],
  ])('reads one plane of %s', async (_, stack, note) => {
    const { path, levels } = await write({ stacks: [stack] });
    await opened(path, async (slide) => {
      expect(await slide.readRegion(whole(slide))).toEqual(levels[0]?.[0]);
      expect(slide.info.notes).toEqual([note]);
    });
  });

  it.each<[string, VsiStack, number | undefined, string | undefined]>([
    ['without a unit, micrometres', { unit: undefined }, 0.25, undefined],
    ['nanometres', { unit: '10^-9m^1', microns: 250 }, 0.25, undefined],
    ['none', { microns: undefined }, undefined, undefined],
    ['of an unknown unit', { unit: 'inch' }, undefined, 'the unit "inch" is not known'],
  ])('scale: %s', async (_, stack, microns, note) => {
    const { path } = await write({ stacks: [{ ...stack, levels: 1 }] });
    await opened(path, async (slide) => {
      expect(slide.info.scaleNote).toBe(note);
      if (microns === undefined) expect(slide.micronsPerPixel).toBeUndefined();
      else expect(slide.micronsPerPixel).toBeCloseTo(microns, 9);
    });
  });

  it('is opened in a page, from a server, and as one slide of a folder', async () => {
    const { place, path, levels, files } = await write({});
    const [full] = levels[0] ?? [];
    const blobs = new Map([...files].map(([name, bytes]) => [name, new Blob([Uint8Array.from(bytes)])]));
    const source = blobSource(new Blob([Uint8Array.from(await readFile(path))]), 'scan.vsi');
    const inPage = await openSource(source, browserRuntime, { beside: blobFolder('scans', blobs) });
    expect(await inPage.readRegion(whole(inPage))).toEqual(full);
    await inPage.close();
    const rows = await readSlideTable(place);
    expect(rows.map(({ id, image }) => [id, image])).toEqual([['scan', path]]);
    const server = await serve(place);
    try {
      const address = `${server.address}/scan.vsi`;
      expect(await opened(address, (slide) => slide.readRegion(whole(slide)))).toEqual(full);
    } finally {
      await server.close();
    }
  });
});
