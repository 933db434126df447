/** VSI slides that are refused, each in one sentence with the name of what is wrong, and those that say what they lack. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossyVsis } from '../../../tests/hostile/vsi-cases.mjs';
import { buildVsi, sceneOf, type VsiStack } from '../../../tests/vsi/vsi-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { openSlide } from '../../open-slide.node.js';
import type { Slide } from '../../slide.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-vsi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Files = Map<string, Uint8Array>;
type Edit = (files: Files) => void;

const ETS = '_scan_/stack10001/frame_t.ets';
const small = { scene: sceneOf(40, 24), tile: { width: 16, height: 16 }, levels: 2 };

async function write(stacks: readonly VsiStack[], edit: Edit = () => undefined): Promise<string> {
  const { files } = await buildVsi({ stacks: stacks.map((stack) => ({ ...small, ...stack })) });
  edit(files);
  return join(await writeFiles(join(folder, String(++count)), files), 'scan.vsi');
}

async function readAll(path: string): Promise<void> {
  const slide = await openSlide(path);
  const { width, height } = slide;
  await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 }).finally(() => slide.close());
}

/** Sets a whole number of 32 bits of the .ets. */
const word =
  (at: number, value: number): Edit =>
  (files) => {
    const bytes = Uint8Array.from(files.get(ETS) ?? []);
    new DataView(bytes.buffer).setInt32(at, value, true);
    files.set(ETS, bytes);
  };
const cutTo =
  (name: string, bytes: (length: number) => number): Edit =>
  (files) => {
    const all = files.get(name) ?? new Uint8Array();
    files.set(name, all.slice(0, bytes(all.length)));
  };
/** Moves the first tile to another column. */
const moved =
  (column: number): Edit =>
  (files) => {
    const bytes = files.get(ETS) ?? new Uint8Array();
    word(new DataView(bytes.buffer).getUint32(32, true) + 4, column)(files);
  };
/** Of the second header. */
const ets = (at: number): number => 64 + at;

describe('VSI that is refused', () => {
  it.each<[string, VsiStack, Edit, string]>([
    ['no folder', {}, (files) => files.delete(ETS), 'the folder _scan_ is missing; a VSI slide is a .vsi file and'],
    [
      'no file in the folder',
      {},
      (files) => files.set('_scan_/notes.txt', files.get(ETS) ?? new Uint8Array()) && files.delete(ETS),
      '_scan_/stack10001/frame_t.ets is missing',
    ],
    ['no tags', {}, (files) => files.set('scan.vsi', new Uint8Array(100)), 'it does not begin as a .vsi'],
    ['tags that are cut off', {}, cutTo('scan.vsi', (length) => length - 200), 'the tags: '],
    ['a short .ets', {}, cutTo(ETS, () => 40), `${ETS}: 40 bytes are too few`],
    ['a cut table', {}, cutTo(ETS, (length) => length - 1), 'its table of 8 tiles passes the end of the file'],
    ['another file', {}, word(0, 7), 'it does not begin as an .ets'],
    ['another second header', {}, word(64, 7), 'its second header does not begin as one'],
    ['another size than the .vsi', {}, word(ets(188), 41), 'it has 41 x 24 pixels, of which the .vsi says 40 x 24'],
    [
      'a tile beside the picture',
      {},
      moved(3),
      'the tile at column 3 and row 0 of level 0 lies beside the 40 x 24 pixels',
    ],
    ['no tiles', {}, word(40, 0), 'a table of 0 tiles is impossible'],
    ['a table elsewhere', {}, word(32, 320), 'does not begin as one'],
    ['vast tiles', {}, word(ets(28), 1 << 20), 'tiles of 1048576 x 16 pixels are impossible'],
    ['samples of 16 bits', { bits: 16 }, () => undefined, 'samples of 16 bits, such as of fluorescence,'],
    ['samples of other kinds', {}, word(ets(8), 9), 'samples that are not of 8 bits'],
    ['opacity', {}, word(ets(12), 4), '4 samples per pixel in this colour space'],
    ['a palette', { colourSpace: 2 }, () => undefined, '3 samples per pixel in this colour space'],
    ['lossless JPEG', { compression: 'jpeg-lossless' }, () => undefined, 'lossless JPEG in an .ets is not supported'],
    ['BMP', { compression: 'bmp' }, () => undefined, 'BMP in an .ets is not supported'],
    ['other compressions', {}, word(ets(20), 4), 'compression 4 in an .ets'],
    ['another compression than stated', {}, word(ets(20), 2), `${ETS}: it does not start as a JPEG`],
    ['JPEG 2000 that is none', {}, word(ets(20), 3), 'it does not start as a JPEG 2000 codestream'],
    ['PNG that is none', {}, word(ets(20), 8), 'it is no PNG of 16 x 16 pixels'],
    [
      'grey that may be fluorescence',
      { samples: 1, isTransmission: false },
      () => undefined,
      'a grey picture that does not',
    ],
    [
      'channels',
      { dimensions: [{ kind: 'c', size: 2 }], planes: [[0], [1]] },
      () => undefined,
      '2 channels (VSI), such as of fluorescence, are not supported',
    ],
    [
      'a dimension of no name',
      { dimensions: [{ size: 2 }], planes: [[0], [1]] },
      () => undefined,
      'a dimension of 2, of which the .vsi does not say what it is',
    ],
    ['levels that are none', { hasLevels: false }, () => undefined, 'a last coordinate of tiles that is no level'],
    ['no scan', { name: 'Overview' }, () => undefined, 'a VSI without a scan is not supported'],
    [
      'a picture of a camera',
      { isExternal: false },
      (files) => files.set('_scan_/x', new Uint8Array()),
      'as of a camera',
    ],
    ['a smaller origin', { origin: [-42, -1] }, word(ets(28), 8), 'bytes where 384 are needed'],
  ])('%s', async (_, stack, edit, problem) => {
    const path = await write([stack], edit);
    await expect(readAll(path)).rejects.toMatchObject({ subject: path });
    await expect(readAll(path)).rejects.toThrow(problem);
  });

  it('two files of one stack', async () => {
    const other = '_scan_/stack10001/frame_t_0.ets';
    const path = await write([{}], (files) => files.set(other, files.get(ETS) ?? new Uint8Array()));
    await expect(openSlide(path)).rejects.toThrow('has frame_t.ets and frame_t_0.ets, of which a stack has one');
  });

  it('two stacks of one number', async () => {
    await expect(openSlide(await write([{ number: 7 }, { number: 7 }]))).rejects.toThrow(
      'two stacks have the number 7',
    );
  });

  it('an .ets, and says what to open', async () => {
    const path = await write([{}]);
    const part = path.replace('scan.vsi', ETS);
    await expect(openSlide(part)).rejects.toThrow(`${part}: this is a part of an Olympus VSI slide; open scan.vsi`);
  });

  it('another name than that of its folder', async () => {
    const path = await write([{}], (files) => files.set('other.vsi', files.get('scan.vsi') ?? new Uint8Array()));
    await expect(openSlide(path.replace('scan.vsi', 'other.vsi'))).rejects.toThrow('the folder _other_ is missing');
  });
});

describe('VSI that lacks something or has it elsewhere', () => {
  it('is refused, or says so', async () => {
    const quiet: string[] = [];
    const outcomes = { refused: 0, said: 0 };
    for await (const [name, files] of lossyVsis()) {
      const place = await writeFiles(join(folder, String(++count)), files);
      const found = await openSlide(join(place, 'case.vsi'))
        .then(async (slide) => {
          await slide.close();
          return [...(slide.info.notes ?? []), ...(slide.info.warnings ?? [])];
        })
        .catch(() => undefined);
      if (found === undefined) outcomes.refused++;
      else if (found.length > 0) outcomes.said++;
      else quiet.push(name);
    }
    expect(quiet).toEqual([]);
    expect(outcomes).toEqual({ refused: 76, said: 17 });
  });

  it.each<[string, number, number, Partial<Slide['info']>]>([
    [
      'of a level, which is left out',
      0,
      4,
      {
        notes: [
          '36 bytes behind the table of tiles, which are not read',
          'a level of downsample 2 that lacks 1 of 2 tiles, which is not used',
        ],
      },
    ],
    [
      'of the first level',
      2,
      3,
      {
        notes: ['1 of 3 tiles (33 %) are stored; the others are shown in the background colour'],
        warnings: [
          '1 of 2 tiles of the level of downsample 2 show what the first level has no tile of: it shows background there',
        ],
      },
    ],
  ])('says where tiles are missing: %s', async (_, first, tiles, info) => {
    const path = await write([{ scene: sceneOf(40, 16) }], (files) => {
      const bytes = Uint8Array.from(files.get(ETS) ?? []);
      const view = new DataView(bytes.buffer);
      view.setUint32(32, view.getUint32(32, true) + 36 * first, true);
      view.setUint32(40, tiles, true);
      files.set(ETS, bytes);
    });
    const slide = await openSlide(path);
    expect(slide.info).toMatchObject(info);
    await slide.close();
  });

  it('says that further files of a scan are not read', async () => {
    const first = '_scan_/stack10001/frame_t_0.ets';
    const path = await write([{ frame: 'frame_t_0.ets' }], (files) =>
      files.set('_scan_/stack10001/frame_t_1.ets', files.get(first) ?? new Uint8Array()),
    );
    const slide = await openSlide(path);
    expect(slide.info.warnings).toEqual([`20x_BF_01: further files beside ${first}, which are not read`]);
    await slide.close();
  });
});
