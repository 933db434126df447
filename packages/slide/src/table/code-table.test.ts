import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSlideTable } from './slide-table.node.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-codes-'));
  await mkdir(at('train_images'));
  for (const name of ['10.tiff', '20.tiff']) await writeFile(at(`train_images/${name}`), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function table(name: string, ...lines: readonly string[]): Promise<string> {
  await writeFile(at(name), lines.join('\n'));
  return at(name);
}

it.each(['rle', 'encoding'])('finds the pictures of a table of codes in column %s', async (column) => {
  const path = await table('train.csv', `id,organ,${column}`, '10,kidney,1 2', '20,kidney,');
  for (const given of [path, folder]) {
    expect(await readSlideTable(given, { labelled: true })).toMatchObject([
      { id: '10', image: at('train_images/10.tiff'), rle: '1 2', columns: { organ: 'kidney' } },
      { id: '20', image: at('train_images/20.tiff'), rle: '' },
    ]);
  }
});

it('finds a picture whose name has the other form of Unicode', async () => {
  await mkdir(at('accents'));
  await writeFile(at('accents/Nie\u0300re.png'), '');
  const [row] = await readSlideTable(await table('accents.csv', 'id,rle', 'Ni\u00e8re,1 2'));
  expect(row).toMatchObject({ id: 'Ni\u00e8re', image: at('accents/Nie\u0300re.png') });
});

it('names the pictures that are not there', async () => {
  const path = await table('other.csv', 'id,rle', '10,', '30,');
  await expect(readSlideTable(path)).rejects.toThrow(
    `it has no column "image", and ${at('train_images')} has no picture called 30; put the pictures beside the table`,
  );
});

it('takes an empty code for an empty mask only where the table has no other truth', async () => {
  const lines = ['a,a.tif,,a.geojson', 'b,b.tif,1 2,', 'c,c.tif,,'];
  const rows = await readSlideTable(await table('slides.csv', 'id,image,rle,annotations', ...lines));
  expect(rows.map(({ rle, annotations }) => [rle, annotations])).toEqual([
    [undefined, at('a.geojson')],
    ['1 2', undefined],
    [undefined, undefined],
  ]);
  const alone = await readSlideTable(await table('slides.csv', 'id,image,rle', 'a,a.tif,'));
  expect(alone[0]?.rle).toBe('');
  await expect(readSlideTable(await table('slides.csv', 'id,image,rle,encoding', 'a,a.tif,1 2,1 2'))).rejects.toThrow(
    'line 2 has a run-length code in "rle" and in "encoding"',
  );
});
