import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSlide } from '../../open-slide.node.js';
import { readTruth } from '../../truth/read-truth.js';
import { readSlideTable } from '../slide-table.node.js';
import { tileGroup } from './tile-folder.node.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-tiles-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
}

describe('tileGroup', () => {
  it.each([
    ['2f6ecfcdf_1024_0', '2f6ecfcdf'],
    ['slide_3_1024_512', 'slide_3'],
    ['donor-7-12', 'donor-7'],
    ['10150', '10150'],
    ['slide_3', 'slide_3'],
    ['_1_2', '_1_2'],
    ['-3', '-3'],
  ])('of %s is %s', (name, group) => {
    expect(tileGroup(name)).toBe(group);
  });
});

describe('readSlideTable of a folder of tiles', () => {
  it.each([
    ['images/', 'masks/', ''],
    ['image/', 'mask/', ''],
    ['img/', 'labels/', '_mask'],
    ['images_1024/', 'masks_1024/', ''],
    ['', '', '_mask'],
  ])('pairs %s with %s%s', async (images, masks, suffix) => {
    await files(`${images}b_0_64.jpg`, `${images}a_0_0.tif`, `${images}.DS_Store`, `${images}notes.txt`);
    await files(`${masks}b_0_64${suffix}.png`, `${masks}a_0_0${suffix}.png`);
    const image = join(folder, `${images}a_0_0.tif`);
    const mask = join(folder, `${masks}a_0_0${suffix}.png`);
    const rows = await readSlideTable(folder);
    expect(rows.map(({ id, columns }) => [id, columns.group])).toEqual([
      ['a_0_0', 'a'],
      ['b_0_64', 'b'],
    ]);
    expect(rows[0]).toEqual({ id: 'a_0_0', image, mask, columns: { id: 'a_0_0', image, mask, group: 'a' } });
  });

  it('names up to three of the tiles that stand alone', async () => {
    await files('images/a.png', 'masks/a.png', 'images/b.png');
    await expect(readSlideTable(folder, { labelled: true })).rejects.toThrow(
      /: tiles 1 without a mask: b; image and mask have/,
    );
    await files('masks/m1.png', 'masks/m2.png', 'masks/m3.png', 'masks/m4.png');
    await expect(readSlideTable(folder, { labelled: true })).rejects.toThrow(
      'tiles 1 without a mask: b; 4 with a mask and no image: m1, m2, m3, ...',
    );
  });

  it('refuses what could be meant in two ways', async () => {
    await files('images/a.png', 'images/a.jpg', 'masks/a.png');
    await expect(readSlideTable(folder)).rejects.toThrow('a.jpg and a.png are two files for one tile');
    await files('images_2/a.png', 'masks_2/a.png');
    await expect(readSlideTable(folder)).rejects.toThrow(/images(_2)?\/ and images(_2)?\/ both have masks/);
  });

  it('pairs names in either form of Unicode', async () => {
    await files('images/e\u0300_0_0.png', 'masks/\u00e8_0_0.png');
    expect((await readSlideTable(folder)).map(({ id }) => id)).toEqual(['\u00e8_0_0']);
  });

  it('says what it passes over: pictures in subfolders, and files of other kinds', async () => {
    await files('images/a.png', 'images/more/b.png', 'images/c.bmp', 'masks/a.png', 'masks/more/b.png');
    const notes: string[] = [];
    expect(await readSlideTable(folder, { labelled: true, onNote: (note) => notes.push(note) })).toHaveLength(1);
    expect(notes).toEqual([
      `${folder}: 1 tile with a mask is taken; passed over: 3 that are no picture (images/c.bmp, images/more/, masks/more/)`,
    ]);
  });

  it('takes pictures without masks where no labels are wanted, and says what lies beside their folders', async () => {
    await files('images/a.png', 'images/b.png', 'masks/a.png', 'masks/c.png', 'S1.png', 'S2.png');
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    expect((await readSlideTable(folder, { onNote })).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(notes).toEqual([
      `${folder}: 2 pictures are taken; passed over: 2 pictures beside these folders (S1.png, S2.png)`,
    ]);
  });

  it('takes no mask beside its picture for a slide', async () => {
    await files('a.png', 'a_mask.png', 'b.png');
    const notes: string[] = [];
    const rows = await readSlideTable(folder, { onNote: (note) => void notes.push(note) });
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(notes).toEqual([`${folder}: 1 picture called NAME_mask is no slide`]);
  });

  it('takes the folder of masks that holds pictures', async () => {
    await files('images/a.png', 'labels/a.txt');
    await expect(readSlideTable(folder, { labelled: true })).rejects.toThrow(
      'labels/ holds no picture, and images/ does',
    );
    expect(await readSlideTable(folder)).toHaveLength(1);
    await files('masks/a.png');
    expect((await readSlideTable(folder))[0]?.mask).toBe(join(folder, 'masks/a.png'));
    await files('labels/a.png');
    await expect(readSlideTable(folder)).rejects.toThrow('labels/ and masks/ may both be the masks of images/');
  });

  it('refuses empty folders, and prefers a slide table', async () => {
    await mkdir(join(folder, 'images'));
    await expect(readSlideTable(folder)).rejects.toThrow('neither slides.csv nor train.csv');
    await mkdir(join(folder, 'masks'));
    await expect(readSlideTable(folder)).rejects.toThrow('the folders of tiles are empty');
    await writeFile(join(folder, 'slides.csv'), 'id,image\nx,x.png\n');
    expect((await readSlideTable(folder)).map(({ id }) => id)).toEqual(['x']);
  });
});

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

describe.skipIf(!existsSync(data))('public folders of tiles (skipped: ../shared/data is not here)', () => {
  it.each([
    ['kidney-pas-tiles', 12, 1024, 12],
    // "he_im_155_0" reads as position (155, 0) of "he_im".
    ['kidney-biopsy-capsules', 10, 256, 2],
  ])('%s', async (name, tiles, side, groups) => {
    const rows = await readSlideTable(join(data, name));
    expect(rows).toHaveLength(tiles);
    expect(new Set(rows.map(({ columns }) => columns.group)).size).toBe(groups);
    for (const row of rows) {
      const slide = await openSlide(row.image);
      const { width, height } = slide;
      await slide.close();
      expect([width, height]).toEqual([side, side]);
      const labels = await readTruth(row, { width, height });
      expect(labels.data.some((value) => value > 0)).toBe(true);
    }
  });
});
