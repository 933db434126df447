/** QPTIFFs of known pictures: levels and pictures by what their XML calls them, scale, and what is refused. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFormat } from '../../../../../tests/format-suite.js';
import { shrink, tissue } from '../../../../../tests/ndpi/pictures.mjs';
import { buildQptiff, type Part, qptiffXml } from '../../../../../tests/vendors/qptiff-builder.mjs';
import { openSlide } from '../../../../index.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-qptiff-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(parts: readonly Part[], big = false): Promise<string> {
  const path = join(folder, `${++files}.qptiff`);
  await writeFile(
    path,
    buildQptiff(
      parts.map((part) => ({ form: 'deflate', ...part })),
      { big },
    ),
  );
  return path;
}

const picture = tissue(203, 117);
const full: Part = { type: 'FullResolution', picture };
const thumbnail: Part = { type: 'Thumbnail', picture: shrink(picture, 4) };
const reduced = [2, 4].map((factor): Part => ({ type: 'ReducedResolution', picture: shrink(picture, factor) }));
const overview: Part = { type: 'Overview', picture: tissue(40, 90, 3) };
const label: Part = { type: 'Label', picture: tissue(50, 30, 4) };

describeFormat('qptiff', [
  { name: 'tiles of Deflate', write: (drawn) => write([{ type: 'FullResolution', picture: drawn }]) },
  {
    name: 'BigTIFF, without compression',
    write: (drawn) => write([{ type: 'FullResolution', picture: drawn, form: 'none' }], true),
  },
]);

describe('a QPTIFF of a brightfield scan', () => {
  it('has levels and pictures by what its pages say that they are', async () => {
    const slide = await openSlide(await write([full, thumbnail, ...reduced, overview, label]));
    expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
      [203, 117],
      [101, 58],
      [50, 29],
    ]);
    for (const part of [full, ...reduced]) {
      const { width, height } = part.picture;
      expect(await slide.readRows({ width, height, top: 0, rows: height })).toEqual(part.picture);
    }
    const window = { x: 100, y: 50, width: 103, height: 67 };
    expect(await slide.readRegion({ ...window, downsample: 1 })).toEqual(crop(picture, window));
    expect(slide.micronsPerPixel).toBeCloseTo(0.5, 9);
    expect(slide.info).toMatchObject({
      format: 'PerkinElmer QPTIFF',
      micronsPerPixelFrom: 'resolution tags',
      objectivePower: 20,
      associated: ['thumbnail', 'macro', 'label'],
    });
    for (const [name, part] of Object.entries({ thumbnail, macro: overview, label })) {
      expect(await slide.readAssociated(name)).toEqual(part.picture);
    }
    await slide.close();
  });

  it('names pages that it does not know, and pictures that it cannot read', async () => {
    const parts: Part[] = [
      full,
      { type: 'Mask', picture: tissue(20, 20) },
      { type: undefined, picture: tissue(20, 20) },
      { ...label, tags: { 259: [3, [34_934]] } },
    ];
    const slide = await openSlide(await write(parts));
    expect(slide.info.associated).toEqual([]);
    expect(slide.info.notes?.slice(0, 2)).toEqual(['page 1, which is not read', 'page 2, which is not read']);
    expect(slide.info.notes?.[2]).toMatch(/^a picture "label", which cannot be read \(page 3: the compression JPEG XR/);
    await slide.close();
  });

  it('has no magnification where its objective has none', async () => {
    const slide = await openSlide(await write([{ ...full, objective: 'WideFOV', tags: { 282: null, 283: null } }]));
    expect(slide.info.objectivePower).toBeUndefined();
    expect(slide.micronsPerPixel).toBeUndefined();
    await slide.close();
  });
});

describe('a QPTIFF that is refused', () => {
  const grey = { 258: [3, [8]], 262: [3, [1]], 277: [3, [1]] } as const;
  it.each<[string, Part[], string, string]>([
    [
      'fluorescence',
      [
        { ...full, tags: grey },
        { ...full, tags: grey },
      ],
      'unsupported',
      'fluorescence channels (PerkinElmer QPTIFF, 2)',
    ],
    ['one channel', [{ ...full, tags: grey }], 'unsupported', 'fluorescence channels (PerkinElmer QPTIFF, 1)'],
    ['two slides', [full, full], 'unsupported', '2 pages of full resolution'],
    ['no slide', [thumbnail, label], 'bad-input', 'its XML calls no page the full resolution'],
    [
      'levels that grow',
      [full, ...reduced.toReversed()],
      'bad-input',
      'page 2: a level of 101 x 58 pixels is no smaller picture',
    ],
    [
      'a level of another shape',
      [full, { ...overview, type: 'ReducedResolution' }],
      'bad-input',
      'page 1: a level of 40 x 90 pixels',
    ],
    [
      'damaged XML',
      [full, { ...label, xml: `${qptiffXml('Label')}</x>` }],
      'bad-input',
      'page 1: its XML is not well-formed',
    ],
    [
      'grey levels',
      [full, { type: 'ReducedResolution', picture: shrink(picture, 2), tags: grey }],
      'unsupported',
      'page 1: 1 x 8 bits',
    ],
  ])('%s', async (_, parts, code, problem) => {
    const path = await write(parts);
    await expect(openSlide(path)).rejects.toThrow(problem);
    await expect(openSlide(path)).rejects.toMatchObject({ name: 'SlideError', code, subject: path });
  });
});
