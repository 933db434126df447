import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isKaggleTest } from './folders/slide-folder.node.js';
import { readSlideTable } from './slide-table.node.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const touch = async (...names: string[]): Promise<void> => writeFile(at(...names), '');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-kaggle-'));
  for (const name of ['train', 'test']) await mkdir(at(name));
  for (const name of ['train/aaa.tiff', 'train/bbb.tiff', 'test/zzz.tiff', 'test/mmm.tiff']) await touch(name);
  await writeFile(at('train.csv'), 'id,encoding\naaa,1 2 5 1\nbbb,\n');
  await writeFile(at('sample_submission.csv'), 'id,predicted\nzzz,1 1\nmmm,\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("Kaggle's folder", () => {
  it('gives each slide its code, its regions and its donor', async () => {
    await touch('train/bbb-anatomical-structure.json');
    await writeFile(at('HuBMAP-20-dataset_information.csv'), 'image_file,patient_number\naaa.tiff,67347\n');
    expect(await readSlideTable(folder)).toEqual([
      {
        id: 'aaa',
        image: at('train/aaa.tiff'),
        rle: '1 2 5 1',
        columns: { id: 'aaa', image_file: 'aaa.tiff', patient_number: '67347' },
      },
      {
        id: 'bbb',
        image: at('train/bbb.tiff'),
        rle: '',
        anatomy: at('train/bbb-anatomical-structure.json'),
        columns: { id: 'bbb' },
      },
    ]);
  });

  it('names listed slides that are not there', async () => {
    await rm(at('train/bbb.tiff'));
    const reading = readSlideTable(folder);
    await expect(reading).rejects.toMatchObject({ code: 'not-found', subject: at('train.csv') });
    await expect(reading).rejects.toThrow(`a slide is listed and not there: bbb (${at('train/bbb.tiff')})`);
  });

  it('tells of slides that train.csv does not list', async () => {
    await touch('train/ccc.tiff');
    const notes: string[] = [];
    expect(await readSlideTable(folder, { onNote: (note) => notes.push(note) })).toHaveLength(2);
    expect(notes).toEqual([`${at('train')}: a slide is not in train.csv and not used: ccc.tiff`]);
  });

  it.each([
    ['train.csv', 'there is train/, but no train.csv beside it'],
    ['train', 'there is train.csv, but no train/ beside it'],
  ])('says that %s is missing', async (name, says) => {
    await rm(at(name), { recursive: true });
    await expect(readSlideTable(folder)).rejects.toThrow(`${folder}: ${says}`);
  });

  it('refuses codes that Excel has cut off', async () => {
    await writeFile(at('train.csv'), `id,encoding\naaa,1 2\nbbb,${'1'.repeat(32_767)}\n`);
    await expect(readSlideTable(folder)).rejects.toThrow('line 3, column "encoding": the cell ends after 32767');
  });

  it('refuses a list without slides', async () => {
    await writeFile(at('train.csv'), 'id,encoding\n');
    await expect(readSlideTable(folder)).rejects.toThrow('the list has no slides');
  });

  it('points from its slides to their labels', async () => {
    expect((await readSlideTable(at('train'))).map(({ id }) => id)).toEqual(['aaa', 'bbb']);
    const labelled = readSlideTable(at('train'), { labelled: true });
    await expect(labelled).rejects.toThrow(`holds 2 pictures and no labels; give ${folder}, whose train.csv has them`);
  });
});

describe("Kaggle's slides to predict", () => {
  it('come in the order of its list', async () => {
    await touch('test/mmm-anatomical-structure.json');
    const rows = await readSlideTable(at('test'));
    expect(rows.map(({ id, rle, anatomy }) => [id, rle, anatomy])).toEqual([
      ['zzz', undefined, undefined],
      ['mmm', undefined, at('test/mmm-anatomical-structure.json')],
    ]);
    expect([await isKaggleTest(at('test')), await isKaggleTest(at('train')), await isKaggleTest(folder)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are refused, or told of, where list and folder disagree', async () => {
    await rm(at('test/mmm.tiff'));
    await touch('test/new.tiff');
    const says = `no slide is there for mmm (${at('test/mmm.tiff')}); a slide is in ${at('test')} that the list lacks: new.tiff`;
    await expect(readSlideTable(at('test'))).rejects.toThrow(`${at('sample_submission.csv')}: ${says}`);
    const gaps: string[] = [];
    const rows = await readSlideTable(at('test'), { onGap: (gap) => gaps.push(gap) });
    expect(rows.map(({ id }) => id)).toEqual(['zzz', 'mmm']);
    expect(gaps).toEqual([`${at('sample_submission.csv')}: ${says}`]);
  });

  it('have no labels to want', async () => {
    await expect(readSlideTable(at('test'), { labelled: true })).rejects.toThrow('slides to predict, without labels');
  });

  it('need a list with a column for the prediction', async () => {
    await writeFile(at('sample_submission.csv'), 'id,encoding\nzzz,\nmmm,\n');
    await expect(readSlideTable(at('test'))).rejects.toThrow('no column "predicted"');
  });
});

describe('a folder of pictures', () => {
  it('is slides without labels; what is no picture is told', async () => {
    await mkdir(at('scans', 'old'), { recursive: true });
    for (const name of ['b.svs', 'a.TIF', 'notes.txt', '.DS_Store']) await touch('scans', name);
    const notes: string[] = [];
    const rows = await readSlideTable(at('scans'), { onNote: (note) => notes.push(note) });
    expect(rows).toEqual([
      { id: 'a', image: at('scans/a.TIF'), columns: { id: 'a', image: 'a.TIF' } },
      { id: 'b', image: at('scans/b.svs'), columns: { id: 'b', image: 'b.svs' } },
    ]);
    expect(notes).toEqual([
      `${at('scans')}: 2 pictures are taken as slides; passed over: 2 that are no picture (notes.txt, old/)`,
    ]);
    await expect(readSlideTable(at('scans'), { labelled: true })).rejects.toThrow(
      /holds 2 pictures and no labels; labels come from .*slides\.csv/,
    );
  });

  it('is refused where two pictures would have one id', async () => {
    await mkdir(at('twice'));
    for (const name of ['a.tif', 'a.svs']) await touch('twice', name);
    await expect(readSlideTable(at('twice'))).rejects.toThrow('a.svs and a.tif are two files for one');
  });
});
