import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPreparedRows } from './prepared-rows.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-rows-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readPreparedRows', () => {
  it('are the slide table as it was prepared', async () => {
    const slide = (id: string, columns: object, ...paths: string[]) => ({
      id,
      inputs: paths.map((path) => ({ path, bytes: 1, modified: 1 })),
      columns: { id, ...columns },
    });
    const slides = [
      slide('a', { mask: 'm.png', mpp: '0.5', annotations: '', anatomy: 'x.json' }, '/a.tif', '/m.png', '/x.json'),
      slide('b', { mask: '', annotations: 'p.json' }, '/b.tif', '/p.json'),
      slide('c', { rle: '1 2' }, '/c.tif'),
      slide('d', { encoding: '3 4' }, '/d.tif'),
      slide('e', { encoding: '' }, '/e.tif'),
      slide('f', { mask: 'm.png', rle: '' }, '/f.tif', '/m.png'),
    ];
    await writeFile(join(folder, 'dataset.json'), JSON.stringify({ format: 1, slides }));
    const [a, b, c, d, e, f] = await readPreparedRows(folder);
    expect(a).toMatchObject({ id: 'a', image: '/a.tif', mask: '/m.png', micronsPerPixel: 0.5 });
    expect(a).not.toHaveProperty('annotations');
    expect(b).toMatchObject({ id: 'b', image: '/b.tif', annotations: '/p.json' });
    expect(b).not.toHaveProperty('mask');
    expect(c).toMatchObject({ id: 'c', image: '/c.tif', rle: '1 2' });
    expect([d?.rle, e?.rle]).toEqual(['3 4', '']);
    expect(f).toMatchObject({ id: 'f', mask: '/m.png' });
    expect(f).not.toHaveProperty('rle');
  });

  it.each([
    [undefined, 'the data set of the run is not there'],
    ['{', 'not JSON'],
    ['{"slides":[{"id":"a"}]}', 'not an index of a data set'],
  ])('says what is wrong with %j', async (text, says) => {
    if (text !== undefined) await writeFile(join(folder, 'dataset.json'), text);
    await expect(readPreparedRows(folder)).rejects.toThrow(says);
    await expect(readPreparedRows(folder)).rejects.toThrow('give the slide table with --slides');
  });
});
