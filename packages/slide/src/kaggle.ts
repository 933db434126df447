/**
 * Reads the folder of Kaggle's "HuBMAP - Hacking the Kidney" as it is: no conversion step between the download and the training.
 */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Rows of one of Kaggle's lists, whose slides lie in a folder; `cells` other than the id become what `truthOf` says. */
async function readList(
  table: string,
  needed: readonly string[],
  slides: string,
  truthOf: (cells: Readonly<Record<string, string>>) => { readonly rle?: string },
): Promise<SlideRow[]> {
  const { columns, rows } = await readCsv(table);
  for (const name of needed) {
    if (!columns.includes(name)) {
      throw new SlideError('bad-input', `no column "${name}"; columns are ${columns.join(', ')}`, { subject: table });
    }
  }
  const information = await readInformation(dirname(table));
  const seen = new Set<string>();
  return rows.map(({ line, cells }): SlideRow => {
    const { id = '' } = cells;
    if (!/^[\w-]+$/.test(id) || seen.has(id)) {
      throw new SlideError('bad-input', `line ${line}, column "id": "${id}" is no id or occurs twice`, {
        subject: table,
      });
    }
    seen.add(id);
    return { id, image: join(slides, `${id}.tiff`), ...truthOf(cells), columns: { ...information.get(id), id } };
  });
}

/**
 * One row per line of `train.csv` (`id,encoding`): image `train/<id>.tiff`, the encoding as `rle`, and the columns of
 * `HuBMAP-20-dataset_information.csv` where it is there (`patient_number` is the group to split by).
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for missing columns, empty or duplicate ids.
 */
export const readKaggleFolder = (folder: string): Promise<SlideRow[]> =>
  readList(join(folder, 'train.csv'), ['id', 'encoding'], join(folder, 'train'), ({ encoding = '' }) => ({
    rle: encoding,
  }));

/** The list of the slides to predict, beside their folder. */
export const kaggleTestList = (folder: string): string => join(dirname(folder), 'sample_submission.csv');

/**
 * One row per line of `sample_submission.csv` (`id,predicted`), which lies beside the folder `test`: image `test/<id>.tiff`, no labels.
 * The order is Kaggle's, so that a submission has it too.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for missing columns, empty or duplicate ids.
 */
export const readKaggleTest = (folder: string): Promise<SlideRow[]> =>
  readList(kaggleTestList(folder), ['id'], folder, () => ({}));
