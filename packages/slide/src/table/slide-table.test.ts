import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsv, writeCsv } from '@ftuseg/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filterRows } from './filter-rows.js';
import { pixelScaleOf, scaleOf } from './slide-scale.js';
import { readSlideTable } from './slide-table.node.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-table-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function table(...lines: readonly string[]): Promise<string> {
  await writeFile(at('slides.csv'), lines.join('\n'));
  return at('slides.csv');
}

describe('pixelScaleOf', () => {
  const sides = { x: 0.25, y: 0.5 };

  it.each([
    [{ micronsPerPixel: 1 }, { micronsPerPixel: 0.5, pixelSize: sides }, 2, 1],
    [{ micronsPerPixel: 1, pixelSize: sides }, { micronsPerPixel: 0.5 }, 2, sides],
    [{}, { micronsPerPixel: 0.35, pixelSize: sides }, 2, sides],
    [{}, { micronsPerPixel: 0.5 }, 2, 0.5],
    [{}, { micronsPerPixel: undefined }, 2, 2],
    [{}, { micronsPerPixel: undefined }, undefined, undefined],
    // A scale that no slide has yields to whoever knows better, and is asked about where nobody does.
    [{}, { micronsPerPixel: 0.0002 }, 2, 2],
    [{}, { micronsPerPixel: 0.0002 }, undefined, 0.0002],
  ])('%o, %o, else %s', (row, slide, otherwise, scale) => {
    expect(pixelScaleOf(row, slide, otherwise)).toEqual(scale);
    const one = scaleOf(row, slide, otherwise);
    if (typeof scale === 'number') expect(one).toBe(scale);
  });
});

describe('readSlideTable', () => {
  it('reads columns by name, paths from the table on', async () => {
    const path = await table(
      '\uFEFFcentre,id,image,mask,mpp,annotations,source',
      'c1, a ,images/a.png,masks/a.png,0.5,a.json,real',
      'c2,b,/data/b.tif,,,,',
      '',
    );
    const rows = await readSlideTable(path);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      id: 'a',
      image: at('images/a.png'),
      mask: at('masks/a.png'),
      annotations: at('a.json'),
      micronsPerPixel: 0.5,
      source: 'real',
      columns: expect.objectContaining({ id: 'a', centre: 'c1', mpp: '0.5' }),
    });
    expect(Object.keys(rows[1] ?? {}).sort()).toEqual(['columns', 'id', 'image']);
    expect(rows[1]?.image).toBe('/data/b.tif');
    expect(await readSlideTable(folder)).toEqual(rows);
  });

  it.each([
    [['id,imge', 'a,b'], 'no column "image"; columns are id, imge'],
    [['name,image', 'a,b'], 'no column "id"; columns are name, image'],
    [['id,image', 'a,x.png', 'b,y.png', 'a,z.png'], 'lines 2 and 4 have the same id "a"'],
    [['id,image', 'A,x.png', 'a,y.png'], 'the ids "A" and "a" are one name of a file on macOS and Windows'],
    [['id,image', '\u00e8,x.png', 'e\u0300,y.png'], 'are one name of a file on macOS and Windows'],
    [['id,image', ',x.png'], 'line 2, column "id": the id is empty'],
    [['id,image', 'a,'], 'line 2, column "image": the cell is empty'],
    [['id,image', '../a,x.png'], 'line 2, column "id": the id "../a" contains a path separator'],
    [['id,image', 'a\\b,x.png'], 'contains a path separator'],
    [['id,image', '..,x.png'], '".." cannot be an id'],
    [
      ['id,image', `${'a'.repeat(200)},x.png`, `${'é'.repeat(101)},y.png`],
      'line 3, column "id": an id of 202 bytes is too long for names of files; shorten it to at most 200',
    ],
    [['id,image,mpp', 'a,x.png,0'], 'line 2, column "mpp": "0" is not a positive number'],
    [['id,image,mpp', 'a,x.png,half'], '"half" is not a positive number'],
    [['id,image,mpp', 'a,x.png,0.25abc'], '"0.25abc" is not a positive number'],
    [['id,image,mpp', 'a,x.png,0.0002'], 'column "mpp": is 0.0002 µm per pixel right?'],
    [['id,image,mpp', 'a,x.png,352'], 'column "mpp": is 352 µm per pixel right?'],
    [['id,image', 'a,x.png,more'], 'line 2 has 3 cells where the header names 2'],
    [['id,image,id', 'a,x.png,b'], 'two columns are named "id"'],
    [['id,image', 'a,"x.png'], 'the CSV is malformed'],
    [['id,image'], 'the slide table has no rows'],
    [[''], 'the file is empty'],
  ])('refuses %j', async (lines, problem) => {
    const path = await table(...lines);
    const reading = readSlideTable(path);
    await expect(reading).rejects.toThrow(problem);
    await expect(reading).rejects.toMatchObject({ code: 'bad-input', subject: path });
  });

  it('reads what spreadsheets save, and refuses codes that they cut off', async () => {
    const text = 'ID\tImage\tMPP\r\nä\ta.png\t0,5\r\n\t\t\r\n';
    const path = await table('');
    await writeFile(path, Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect(await readSlideTable(path)).toMatchObject([{ id: 'ä', image: at('a.png'), micronsPerPixel: 0.5 }]);
    const cut = await table('id,image,rle', `a,a.png,${'1'.repeat(32_767)}`);
    await expect(readSlideTable(cut)).rejects.toThrow('line 2, column "rle": the cell ends after 32767 characters');
  });

  it('finds files whose names have the other form of Unicode', async () => {
    await writeFile(at('Nie\u0300re.png'), '');
    const [row] = await readSlideTable(await table('id,image,mask', 'a,Ni\u00e8re.png,none-\u00e8.png'));
    expect([at('Nie\u0300re.png'), at('Ni\u00e8re.png')]).toContain(row?.image);
    await expect(readFile(row?.image ?? '', 'utf8')).resolves.toBe('');
    expect(row?.mask).toBe(at('none-\u00e8.png'));
  });

  it('names what is missing', async () => {
    await expect(readSlideTable(at('none.csv'))).rejects.toThrow('none.csv: there is no such file');
    await mkdir(at('bare'));
    await expect(readSlideTable(at('bare'))).rejects.toThrow('neither slides.csv nor train.csv with train/');
  });

  it('takes run-length codes from a column', async () => {
    const rows = await readSlideTable(await table('id,image,rle', 'a,a.png,1 2 5 1', 'b,b.png,'));
    expect(rows.map((row) => row.rle)).toEqual(['1 2 5 1', '']);
  });

  it("reads Kaggle's folder as it is", async () => {
    const kaggle = at('kaggle');
    await mkdir(join(kaggle, 'train'), { recursive: true });
    for (const id of ['aaa', 'bbb']) await writeFile(join(kaggle, 'train', `${id}.tiff`), '');
    await writeFile(join(kaggle, 'train.csv'), 'id,encoding\naaa,1 2 5 1\nbbb,\n');
    const rows = await readSlideTable(kaggle);
    expect(rows).toEqual([
      { id: 'aaa', image: join(kaggle, 'train/aaa.tiff'), rle: '1 2 5 1', columns: { id: 'aaa' } },
      { id: 'bbb', image: join(kaggle, 'train/bbb.tiff'), rle: '', columns: { id: 'bbb' } },
    ]);
    const information = 'image_file,patient_number\naaa.tiff,67347\n';
    await writeFile(join(kaggle, 'HuBMAP-20-dataset_information.csv'), information);
    const informed = await readSlideTable(kaggle);
    expect(informed[0]?.columns).toEqual({ id: 'aaa', image_file: 'aaa.tiff', patient_number: '67347' });
    await writeFile(join(kaggle, 'train.csv'), 'id,encoding\naaa,1 2\naaa,3 4\n');
    await expect(readSlideTable(kaggle)).rejects.toThrow('line 3, column "id"');
    await writeFile(join(kaggle, 'train.csv'), 'id,rle\naaa,1 2\n');
    await expect(readSlideTable(kaggle)).rejects.toThrow('no column "encoding"; columns are id, rle');
  });
});

describe('filterRows', () => {
  it('keeps or drops by values of a column', async () => {
    const path = await table('id,image,centre', 'a,a.png,c1', 'b,b.png,c2', 'c,c.png,c4', 'd,d.png,');
    const rows = await readSlideTable(path);
    const ids = (filter: string): string =>
      filterRows(rows, filter)
        .map((row) => row.id)
        .join('');
    expect(ids('centre=c1|c4')).toBe('ac');
    expect(ids(' centre = c2 ')).toBe('b');
    expect(ids('centre!=c2')).toBe('acd');
    expect(ids('centre=')).toBe('d');
    expect(ids('id=a|b')).toBe('ab');
    expect(() => filterRows(rows, 'center=c1')).toThrow('no column "center"; columns are id, image, centre');
    expect(() => filterRows(rows, 'centre=c3')).toThrow('no row has centre "c3"; values are c1, c2, c4');
    expect(() => filterRows(rows, 'centre')).toThrow('a filter has the form column=value');
    expect(() => filterRows(rows, '=c1')).toThrow('a filter has the form column=value');
    expect(() => filterRows(rows, 'id!=a|b|c|d')).toThrow('no row is left');
  });
});

describe('CSV', () => {
  it('comes back as it was written, commas, quotes and line breaks included', async () => {
    const rows = [
      { id: 'a', note: 'one, "two"' },
      { id: 'b', note: 'line 1\nline 2' },
    ];
    await writeCsv(at('out.csv'), rows);
    const table = await readCsv(at('out.csv'));
    expect(table.columns).toEqual(['id', 'note']);
    expect(table.rows.map((row) => row.cells)).toEqual(rows);
    expect(table.rows.map((row) => row.line)).toEqual([2, 4]);
  });

  it('writes chosen columns, also for no rows at all', async () => {
    await writeCsv(at('out.csv'), [{ id: 'a', extra: 1, dice: 0.5 }], ['id', 'dice']);
    expect(await readFile(at('out.csv'), 'utf8')).toBe('id,dice\na,0.5\n');
    await writeCsv(at('out.csv'), [], ['id', 'dice']);
    expect(await readFile(at('out.csv'), 'utf8')).toBe('id,dice\n');
  });
});
