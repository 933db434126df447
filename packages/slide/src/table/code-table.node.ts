/**
 * Tables of run-length codes without a column for pictures, as Kaggle gives them (`id,rle` or `id,encoding`): the pictures are files of these names in a
 * folder beside the table.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listNames, nameForm } from '@ftuseg/core';
import type { CsvRow } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import { picturesIn } from './folders/pictures-in.node.js';

/** Whether the columns are those of such a table. */
export const isCodeTable = (columns: readonly string[]): boolean =>
  columns.includes('id') && !columns.includes('image') && (columns.includes('rle') || columns.includes('encoding'));

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );

/**
 * The rows with the path of each picture in a column `image`. Pictures lie beside the table or in one of the folders `train`, `train_images`, `images`, and
 * those of the table's own name.
 *
 * @param table path of the table, absolute
 * @throws SlideError `not-found` where no folder has a picture for every id; as `picturesIn`
 */
export async function withPictures(table: string, rows: readonly CsvRow[]): Promise<CsvRow[]> {
  const folder = dirname(table);
  const stem = basename(table).replace(/\.[^.]+$/, '');
  const names = [...new Set(['train', 'train_images', 'images', stem, `${stem}_images`])];
  const folders = [folder, ...names.map((name) => join(folder, name))];
  let fewest: { folder: string; missing: readonly string[] } | undefined;
  for (const place of folders) {
    if (!(await isFolder(place))) continue;
    const pictures = await picturesIn(place, (name) => name);
    const missing = rows.flatMap(({ cells: { id = '' } }) => (pictures.has(nameForm(id)) ? [] : [id]));
    if (missing.length === 0) {
      return rows.map(({ line, cells }) => {
        const image = pictures.get(nameForm(cells.id ?? '')) ?? '';
        return { line, cells: { ...cells, image } };
      });
    }
    if (fewest === undefined || missing.length < fewest.missing.length) fewest = { folder: place, missing };
  }
  const { folder: best = folder, missing = [] } = fewest ?? {};
  throw new SlideError(
    'not-found',
    `it has no column "image", and ${best} has no picture called ${listNames(missing)}`,
    {
      subject: table,
      hint: `put the pictures beside the table or in ${names.slice(0, 3).join('/, ')}/, or add the column`,
    },
  );
}
