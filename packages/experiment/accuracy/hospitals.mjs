/** The labelled images of all hospitals that lie below one folder, as one slide table: what a benchmark of generalisation leaves out in turn. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readCsv } from '@ftuseg/files';

/** Folders with a `slides.csv` that names `centre`, `slide` and `stain`; the first column of each line is the folder. */
const FOLDERS = ['kidney-roi', 'kidney-he-biopsies', 'kidney-multistain'];

const COLUMNS = ['id', 'image', 'mask', 'stain', 'centre', 'slide', 'mpp'];

/**
 * Writes one slide table of all images.
 *
 * @param data folder that holds the folders
 * @param out folder of the table
 * @returns the table's path, and its centres from the one with the fewest images to the one with the most
 */
export async function writeTable(data, out) {
  const lines = [];
  const centres = new Map();
  for (const name of FOLDERS) {
    const folder = resolve(data, name);
    if (!existsSync(join(folder, 'slides.csv'))) throw new Error(`${folder} has no slides.csv`);
    const { rows } = await readCsv(join(folder, 'slides.csv'));
    for (const { cells } of rows) {
      const { id, image, mask, stain, centre, slide, mpp } = cells;
      const line = [id, join(folder, image), join(folder, mask), stain, centre, `${centre}-${slide}`, mpp];
      lines.push(line.join(','));
      centres.set(centre, (centres.get(centre) ?? 0) + 1);
    }
  }
  await mkdir(out, { recursive: true });
  const table = join(out, 'slides.csv');
  await writeFile(table, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  return { table, centres: [...centres].sort((a, b) => a[1] - b[1]).map(([centre]) => centre) };
}
