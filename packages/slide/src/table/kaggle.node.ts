/**
 * Reads the folder of Kaggle's "HuBMAP - Hacking the Kidney" as it is: no conversion step between the download and the training.
 */
import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listNames } from '@ftuseg/core';
import { ioError, readCsv, refuseCutCells } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from './slide-row.js';

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

/** Told of what is passed over; see `SlideTableOptions`. */
export interface KaggleNotes {
  readonly onNote?: ((sentence: string) => void) | undefined;
  /** Told where list and slides disagree, instead of an error. */
  readonly onGap?: ((sentence: string) => void) | undefined;
}

interface ListedSlides {
  readonly table: string;
  readonly needed: readonly string[];
  /** Their folder. */
  readonly slides: string;
  readonly truthOf: (cells: Readonly<Record<string, string>>) => { readonly rle?: string };
}

/** Rows of one of Kaggle's lists; `cells` other than the id become what `truthOf` says. */
async function readList({ table, needed, slides, truthOf }: ListedSlides, files: ReadonlySet<string>) {
  const list = await readCsv(table);
  const { columns, rows } = list;
  for (const name of needed) {
    if (!columns.includes(name)) {
      throw new SlideError('bad-input', `no column "${name}"; columns are ${columns.join(', ')}`, { subject: table });
    }
  }
  refuseCutCells(list, ['encoding'], table);
  if (rows.length === 0) throw new SlideError('bad-input', 'the list has no slides', { subject: table });
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
    const anatomy = `${id}-anatomical-structure.json`;
    return {
      id,
      image: join(slides, `${id}.tiff`),
      ...truthOf(cells),
      ...(files.has(anatomy) ? { anatomy: join(slides, anatomy) } : {}),
      columns: { ...information.get(id), id },
    };
  });
}

const namesIn = async (folder: string): Promise<ReadonlySet<string>> =>
  new Set(
    await readdir(folder).catch((error: unknown) => {
      throw ioError(error, folder, 'be read');
    }),
  );

/** Slides of a list that are not in the folder, by id and path, and slides in the folder that no row names. */
function compare(rows: readonly SlideRow[], files: ReadonlySet<string>) {
  const ids = new Set(rows.map(({ id }) => id));
  return {
    missing: rows.filter(({ id }) => !files.has(`${id}.tiff`)).map(({ id, image }) => `${id} (${image})`),
    unlisted: [...files].filter((name) => /\.tiff$/.test(name) && !ids.has(name.slice(0, -5))).sort(),
  };
}

const count = (names: readonly string[], what: string): string =>
  names.length === 1 ? `a ${what} is` : `${names.length} ${what}s are`;

/**
 * One row per line of `train.csv` (`id,encoding`): image `train/<id>.tiff`, the encoding as `rle`, regions of
 * `train/<id>-anatomical-structure.json` as `anatomy` where that file is there, and the columns of
 * `HuBMAP-20-dataset_information.csv` where it is there (`patient_number` is the group to split by).
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for missing columns, empty or duplicate ids, no rows; `not-found` for slides that
 * are listed and not there
 */
export async function readKaggleFolder(folder: string, { onNote }: KaggleNotes = {}): Promise<SlideRow[]> {
  const [table, slides] = [join(folder, 'train.csv'), join(folder, 'train')];
  const files = await namesIn(slides);
  const truthOf = ({ encoding = '' }: Readonly<Record<string, string>>) => ({ rle: encoding });
  const rows = await readList({ table, needed: ['id', 'encoding'], slides, truthOf }, files);
  const { missing, unlisted } = compare(rows, files);
  if (missing.length > 0) {
    throw new SlideError('not-found', `${count(missing, 'slide')} listed and not there: ${listNames(missing)}`, {
      subject: table,
      hint: 'unpack the whole of the competition, or take these lines out',
    });
  }
  if (unlisted.length > 0)
    onNote?.(`${slides}: ${count(unlisted, 'slide')} not in train.csv and not used: ${listNames(unlisted)}`);
  return rows;
}

/** The list of the slides to predict, beside their folder. */
export const kaggleTestList = (folder: string): string => join(dirname(folder), 'sample_submission.csv');

/**
 * One row per line of `sample_submission.csv` (`id,predicted`), which lies beside the folder `test`: image `test/<id>.tiff`, no labels, and
 * anatomy and columns as in `readKaggleFolder`. The order is Kaggle's, so that a submission has it too.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for missing columns, empty or duplicate ids, no rows, and, without `onGap`, for
 * a slide that is not listed and an id that no slide has
 */
export async function readKaggleTest(folder: string, { onGap }: KaggleNotes = {}): Promise<SlideRow[]> {
  const table = kaggleTestList(folder);
  const files = await namesIn(folder);
  const rows = await readList({ table, needed: ['id', 'predicted'], slides: folder, truthOf: () => ({}) }, files);
  const { missing, unlisted } = compare(rows, files);
  const gaps = [
    ...(missing.length === 0 ? [] : [`no slide is there for ${listNames(missing)}`]),
    ...(unlisted.length === 0
      ? []
      : [`${count(unlisted, 'slide')} in ${folder} that the list lacks: ${listNames(unlisted)}`]),
  ];
  if (gaps.length === 0) return rows;
  if (onGap === undefined) {
    throw new SlideError('bad-input', gaps.join('; '), {
      subject: table,
      hint: 'a submission has exactly these ids: mend the list or the folder',
    });
  }
  onGap(`${table}: ${gaps.join('; ')}`);
  return rows;
}
