/**
 * Reads the folder of Kaggle's "HuBMAP - Hacking the Kidney" as it is: no conversion step between the download and the training.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readCsv } from './csv.js';
import { SlideError } from './errors.js';
import type { SlideRow } from './slide-table.js';

const INFORMATION = 'HuBMAP-20-dataset_information.csv';

/** What is known of each slide (donor, size, ...), by id; nothing when the file is not there. */
async function readInformation(folder: string): Promise<Map<string, Readonly<Record<string, string>>>> {
  const path = join(folder, INFORMATION);
  const present = await access(path).then(
    () => true,
    () => false,
  );
  if (!present) return new Map();
  const { rows } = await readCsv(path);
  return new Map(rows.map(({ cells }) => [(cells.image_file ?? '').replace(/\.tiff?$/i, ''), cells]));
}

/**
 * One row per line of `train.csv` (`id,encoding`): image `train/<id>.tiff`, the encoding as `rle`, and the columns of
 * `HuBMAP-20-dataset_information.csv` where it is there (`patient_number` is the group to split by).
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for missing columns, empty or duplicate ids.
 */
export async function readKaggleFolder(folder: string): Promise<SlideRow[]> {
  const table = join(folder, 'train.csv');
  const { columns, rows } = await readCsv(table);
  for (const name of ['id', 'encoding']) {
    if (!columns.includes(name)) {
      throw new SlideError('bad-input', `no column "${name}"; columns are ${columns.join(', ')}`, { subject: table });
    }
  }
  const information = await readInformation(folder);
  const seen = new Set<string>();
  return rows.map(({ line, cells }): SlideRow => {
    const { id = '', encoding = '' } = cells;
    if (!/^[\w-]+$/.test(id) || seen.has(id)) {
      throw new SlideError('bad-input', `line ${line}, column "id": "${id}" is no id or occurs twice`, {
        subject: table,
      });
    }
    seen.add(id);
    return {
      id,
      image: join(folder, 'train', `${id}.tiff`),
      rle: encoding,
      columns: { ...information.get(id), id },
    };
  });
}
