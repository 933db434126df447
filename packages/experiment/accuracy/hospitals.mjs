/** The labelled images of all hospitals that lie below one folder, as one slide table: what a benchmark of generalisation leaves out in turn. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readCsv } from '@ftuseg/files';

/** Folders with a `slides.csv` that names `centre`, `slide` and `stain`; the first column of each line is the folder. */
const FOLDERS = ['kidney-roi', 'kidney-he-biopsies', 'kidney-multistain'];

const COLUMNS = ['id', 'image', 'mask', 'stain', 'centre', 'slide', 'mpp', 'part'];

/**
 * Writes one slide table of all images.
 *
 * @param data folder that holds the folders
 * @param out folder of the table
 * @param count of parts of each centre: its cases in the order of their names, dealt out in turn
 * @returns the table's path, its centres from the one with the fewest images to the one with the most, and the parts of each
 */
export async function writeTable(data, out, count) {
  const lines = [];
  const centres = new Map();
  const parts = new Map();
  for (const name of FOLDERS) {
    const folder = resolve(data, name);
    if (!existsSync(join(folder, 'slides.csv'))) throw new Error(`${folder} has no slides.csv`);
    const { rows } = await readCsv(join(folder, 'slides.csv'));
    const cases = new Map(rows.map(({ cells: { centre, slide } }) => [`${centre}-${slide}`, centre]));
    const dealt = new Map();
    for (const [slide, centre] of [...cases].sort()) {
      const before = dealt.get(centre) ?? 0;
      dealt.set(centre, before + 1);
      parts.set(slide, `${centre}-part-${(before % count) + 1}`);
    }
    for (const { cells } of rows) {
      const { id, image, mask, stain, centre, slide, mpp } = cells;
      const name = `${centre}-${slide}`;
      const line = [id, join(folder, image), join(folder, mask), stain, centre, name, mpp, parts.get(name)];
      lines.push(line.join(','));
      centres.set(centre, (centres.get(centre) ?? 0) + 1);
    }
  }
  await mkdir(out, { recursive: true });
  const table = join(out, 'slides.csv');
  await writeFile(table, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  const known = [...centres].sort((a, b) => a[1] - b[1]).map(([centre]) => centre);
  return { table, centres: known, parts: [...new Set(parts.values())].sort() };
}
