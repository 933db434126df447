/**
 * A slide table names the slides to work on, with their truth and anything to group or filter by.
 * All mistakes in it are found here, before hours of work depend on them.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  isPlausible,
  meanMicrons,
  meant,
  type PixelSize,
  parseScale,
  plausibilityQuestion,
  type Scale,
} from '@ftuseg/core';
import {
  addressFrom,
  type CsvRow,
  exists,
  ioError,
  isAddress,
  readCsv,
  refuseOtherSchemes,
  statRegularFile,
} from '@ftuseg/files';
import { refuseSlideFolder } from '../formats/known/refuse.node.js';
import type { Slide } from '../slide.js';
import { SlideError } from '../slide-error.js';
import { isCodeTable, withPictures } from './code-table.node.js';
import { kaggleTestList, readKaggleFolder, readKaggleTest } from './kaggle.node.js';
import { labelledForms, readPictureFolder } from './picture-folder.node.js';
import { readSingleSlide } from './single-slide.node.js';
import { readTileFolder } from './tile-folder.node.js';

export interface SlideRow {
  /** Unique in the table and safe as a file name. */
  readonly id: string;
  /** Absolute path. */
  readonly image: string;
  /** Absolute path of a label image. */
  readonly mask?: string;
  /** Kaggle's run-length code of the foreground; '' for none. From column `rle` or `encoding`. */
  readonly rle?: string;
  /** Absolute path of a file of drawn objects; see docs/labels.md for its formats. */
  readonly annotations?: string;
  /** Absolute path of a GeoJSON file with anatomical regions (cortex, medulla). */
  readonly anatomy?: string;
  /** From column `mpp`; of pixels that are not square, the side of a square of the same area. */
  readonly micronsPerPixel?: number;
  /** From column `mpp`, where it gives both sides (`0.25x0.5`). */
  readonly pixelSize?: PixelSize;
  readonly source?: string;
  /** Every cell of the row, by column. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * A cell by the name of its column, which may be typed by anyone: "constructor" is no column unless the table has one.
 * @example
 * cellOf(row.columns, 'donor'); // undefined where there is no such column
 */
export const cellOf = (columns: SlideRow['columns'], name: string): string | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

/**
 * Micrometres per pixel at level 0: what the table says comes before what the file says, and both before `otherwise`; a scale in the file that no
 * slide has comes last.
 * @example
 * scaleOf(row, slide); // undefined where nobody knows
 */
export function scaleOf(
  row: Pick<SlideRow, 'micronsPerPixel'>,
  slide: Pick<Slide, 'micronsPerPixel'>,
  otherwise?: number,
): number | undefined {
  const scale = pixelScaleOf(
    { micronsPerPixel: row.micronsPerPixel },
    { micronsPerPixel: slide.micronsPerPixel },
    otherwise,
  );
  return scale === undefined ? undefined : meanMicrons(scale);
}

/**
 * As `scaleOf`, with both sides of pixels that are not square.
 * @example
 * pixelScaleOf(row, slide); // { x: 0.25, y: 0.5 }
 */
export function pixelScaleOf(
  row: { readonly micronsPerPixel?: number | undefined; readonly pixelSize?: PixelSize | undefined },
  slide: Pick<Slide, 'micronsPerPixel' | 'pixelSize'>,
  otherwise?: number,
): Scale | undefined {
  const stated = slide.pixelSize ?? slide.micronsPerPixel;
  const doubtful = stated !== undefined && !isPlausible(stated);
  return row.pixelSize ?? row.micronsPerPixel ?? (doubtful ? (otherwise ?? stated) : (stated ?? otherwise));
}

/** File systems take names of 255 bytes; what is written for a slide has up to 40 beside its id, such as a class and an extension. */
const MAX_ID_BYTES = 200;

function checkId(id: string, table: string, line: number): void {
  const problem =
    id === ''
      ? 'the id is empty'
      : /[/\\]/.test(id)
        ? `the id "${id}" contains a path separator`
        : id === '.' || id === '..' || /\p{Cc}/u.test(id)
          ? `"${id}" cannot be an id`
          : undefined;
  if (problem !== undefined) {
    throw new SlideError('bad-input', `line ${line}, column "id": ${problem}`, {
      subject: table,
      hint: 'ids become file names: use letters, digits, "-" and "_"',
    });
  }
  refuseLongId(id, table, `line ${line}, column "id": `);
}

function refuseLongId(id: string, subject: string, place = ''): void {
  const bytes = Buffer.byteLength(id);
  if (bytes <= MAX_ID_BYTES) return;
  throw new SlideError('bad-input', `${place}an id of ${bytes} bytes is too long for names of files`, {
    subject,
    hint: `shorten it to at most ${MAX_ID_BYTES}`,
  });
}

/**
 * What a cell of column `mpp` says.
 * @throws {SlideError} `bad-input` for no number, and for a scale that no slide has
 */
export function scaleOfCell(
  text: string,
  table: string,
  line: number,
): Pick<SlideRow, 'micronsPerPixel' | 'pixelSize'> {
  const fail = (problem: string, hint: string): never => {
    throw new SlideError('bad-input', `line ${line}, column "mpp": ${problem}`, { subject: table, hint });
  };
  const scale = parseScale(text);
  if (scale === undefined) {
    return fail(
      `"${text}" is not a positive number`,
      'give micrometres per pixel, such as 0.25, or 0.25x0.5 for across and down, or leave the cell empty',
    );
  }
  if (!isPlausible(scale)) fail(plausibilityQuestion(scale), 'correct the cell, or leave it empty');
  return { micronsPerPixel: meanMicrons(scale), ...(typeof scale === 'object' ? { pixelSize: scale } : {}) };
}

/**
 * The run-length code of a row. An empty cell is the code of an empty mask where the table keeps truth in no other column; beside
 * others it only says that the truth is elsewhere.
 */
function codeOf(cells: CsvRow['cells'], table: string, line: number): { readonly rle?: string } {
  const { rle, encoding } = cells;
  if (rle && encoding) {
    throw new SlideError('bad-input', `line ${line} has a run-length code in "rle" and in "encoding"`, {
      subject: table,
      hint: 'keep one of these columns',
    });
  }
  const code = rle || encoding || (rle ?? encoding);
  const alone = !('mask' in cells) && !('annotations' in cells);
  return code === undefined || (code === '' && !alone) ? {} : { rle: code };
}

function toSlideRow({ line, cells }: CsvRow, table: string): SlideRow {
  const { id = '', image = '', mask = '', annotations = '', anatomy = '', mpp = '', source = '' } = cells;
  checkId(id, table, line);
  if (image === '') {
    throw new SlideError('bad-input', `line ${line}, column "image": the cell is empty`, { subject: table });
  }
  const absolute = (path: string): string => {
    refuseOtherSchemes(path);
    if (isAddress(path)) return path;
    return isAddress(table) ? addressFrom(table, path) : resolve(dirname(table), path);
  };
  return {
    id,
    image: absolute(image),
    ...(mask === '' ? {} : { mask: absolute(mask) }),
    ...codeOf(cells, table, line),
    ...(annotations === '' ? {} : { annotations: absolute(annotations) }),
    ...(anatomy === '' ? {} : { anatomy: absolute(anatomy) }),
    ...(mpp === '' ? {} : scaleOfCell(mpp, table, line)),
    ...(source === '' ? {} : { source }),
    columns: cells,
  };
}

async function readTableFile(table: string): Promise<SlideRow[]> {
  const { columns, rows: lines } = await readCsv(table);
  const codes = isCodeTable(columns) && !isAddress(table);
  const rows = codes ? await withPictures(table, lines) : lines;
  for (const name of ['id', 'image']) {
    if (!columns.includes(name) && !codes) {
      throw new SlideError('bad-input', `no column "${name}"; columns are ${columns.join(', ')}`, {
        subject: table,
        hint: meant(name, columns) === '' ? 'add it' : `${meant(name, columns).slice(2)} Rename the column`,
      });
    }
  }
  if (rows.length === 0) throw new SlideError('bad-input', 'the slide table has no rows', { subject: table });
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const slide = toSlideRow(row, table);
    const first = seen.get(slide.id);
    if (first !== undefined) {
      throw new SlideError('bad-input', `lines ${first} and ${row.line} have the same id "${slide.id}"`, {
        subject: table,
        hint: 'ids must be unique',
      });
    }
    seen.set(slide.id, row.line);
    return slide;
  });
}

export interface SlideTableOptions {
  /** Labels are wanted: a folder of slides that has none is an error. */
  readonly labelled?: boolean | undefined;
  /** Told what of a folder is passed over. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  /** Told where Kaggle's `sample_submission.csv` and `test/` disagree, which is an error without it; the list then holds. */
  readonly onGap?: ((sentence: string) => void) | undefined;
}

/**
 * Whether the path is Kaggle's folder of slides to predict, whose predictions are a submission.
 * @example
 * await isKaggleTest('hubmap/test'); // true with hubmap/sample_submission.csv
 */
export const isKaggleTest = async (path: string): Promise<boolean> =>
  basename(resolve(path)) === 'test' && (await exists(kaggleTestList(resolve(path))));

/** Half of Kaggle's folder is a slip that deserves its own sentence. */
async function refuseHalfKaggle(folder: string): Promise<void> {
  const [table, slides] = [await exists(join(folder, 'train.csv')), await exists(join(folder, 'train'))];
  if (table === slides) return;
  const [there, missing] = table ? ['train.csv', 'train/'] : ['train/', 'train.csv'];
  throw new SlideError('not-found', `there is ${there}, but no ${missing} beside it`, {
    subject: folder,
    hint: "Kaggle's folder has both; to take pictures without labels, give the folder that holds them",
  });
}

async function readFolder(at: string, options: SlideTableOptions): Promise<SlideRow[]> {
  const { labelled = false, onNote } = options;
  if (await exists(join(at, 'slides.csv'))) return readTableFile(join(at, 'slides.csv'));
  if ((await exists(join(at, 'train.csv'))) && (await exists(join(at, 'train')))) return readKaggleFolder(at, options);
  if (await isKaggleTest(at)) {
    const rows = await readKaggleTest(at, options);
    if (!labelled) return rows;
    throw new SlideError('bad-input', 'these are slides to predict, without labels', { subject: at });
  }
  if ((await exists(join(at, 'train.csv'))) && (await exists(join(at, 'train_images')))) {
    return readTableFile(join(at, 'train.csv'));
  }
  const tiles = await readTileFolder(at);
  if (tiles !== undefined) return tiles;
  const pictures = await readPictureFolder(at, labelled ? undefined : onNote);
  if (pictures === undefined) {
    await refuseHalfKaggle(at);
    throw new SlideError(
      'not-found',
      'the folder holds neither slides.csv nor train.csv with train/ nor images/ with masks/ nor pictures',
      { subject: at, hint: 'give a slide table' },
    );
  }
  if (!labelled) return pictures;
  const above = dirname(at);
  const isTrain = basename(at) === 'train' && (await exists(join(above, 'train.csv')));
  throw new SlideError('bad-input', `the folder holds ${pictures.length} pictures and no labels`, {
    subject: at,
    hint: isTrain ? `give ${above}, whose train.csv has them` : labelledForms(at),
  });
}

/**
 * Reads a slide table: a CSV file with columns `id` and `image`, and as needed `mask`, `rle`, `annotations`, `anatomy`, `mpp`, `source` and any other;
 * relative paths count from the table's folder. A table of run-length codes needs no column `image` (see `withPictures`). Or a folder: one that holds `slides.csv`, or Kaggle's with `train.csv`
 * and `train/` (see `readKaggleFolder`), or its `test/` (see `readKaggleTest`), or one of tiles with their masks (see `readTileFolder`), or,
 * where no labels are wanted, one of pictures (see `readPictureFolder`). Or one slide (see `readSingleSlide`). A table and what it names may be at
 * addresses (http, https); in a table at an address, relative paths count from it.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` that names the line and the column.
 * @example
 * for (const row of await readSlideTable('data/slides.csv')) await openSlide(row.image);
 */
export async function readSlideTable(path: string, options: SlideTableOptions = {}): Promise<SlideRow[]> {
  refuseOtherSchemes(path);
  if (isAddress(path)) return (await oneSlide(path, options)) ?? readTableFile(path);
  const at = resolve(path);
  const entry = await stat(at).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (!entry.isDirectory()) {
    await statRegularFile(at);
    return (await oneSlide(at, options)) ?? readTableFile(at);
  }
  await refuseSlideFolder(at);
  const rows = await readFolder(at, options);
  for (const { id, image } of rows) refuseLongId(id, image);
  return rows;
}

/** @throws SlideError `bad-input` for one slide where labels are wanted */
async function oneSlide(path: string, { labelled = false }: SlideTableOptions): Promise<SlideRow[] | undefined> {
  const row = await readSingleSlide(path);
  if (row === undefined) return undefined;
  checkId(row.id, path, 1);
  if (!labelled) return [row];
  throw new SlideError('bad-input', 'this is one slide, and labels are needed', {
    subject: path,
    hint: 'give a slide table (CSV) with id, image and one of mask, annotations, rle',
  });
}

/**
 * The rows whose column has one of the values: 'centre=centre-1|centre-4', or has none of them: 'centre!=centre-2'.
 *
 * @throws SlideError `bad-input` for another form, an unknown column, an unknown value, or no row left; it lists what exists.
 * @example
 * const training = filterRows(rows, 'centre!=centre-2');
 */
export function filterRows(rows: readonly SlideRow[], filter: string): SlideRow[] {
  const match = /^\s*([^=!]+?)\s*(!?=)(.*)$/s.exec(filter);
  const [, column, operator, list] = match ?? [];
  const fail = (problem: string, hint?: string): never => {
    throw new SlideError('bad-input', problem, {
      subject: `filter "${filter}"`,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (column === undefined || operator === undefined || list === undefined) {
    return fail('a filter has the form column=value', 'examples: centre=a|b, centre!=c');
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))];
  if (!columns.includes(column))
    fail(`no column "${column}"; columns are ${columns.join(', ')}${meant(column, columns)}`);
  const values = new Set(rows.map((row) => cellOf(row.columns, column) ?? ''));
  const wanted = new Set(list.split('|').map((value) => value.trim()));
  for (const value of wanted) {
    if (!values.has(value)) {
      const some = [...values].slice(0, 12);
      const listed = `${some.join(', ')}${values.size > some.length ? `, ... (${values.size} values)` : ''}`;
      fail(`no row has ${column} "${value}"; values are ${listed}`);
    }
  }
  const kept = rows.filter((row) => wanted.has(cellOf(row.columns, column) ?? '') === (operator === '='));
  return kept.length === 0 ? fail('no row is left') : kept;
}
