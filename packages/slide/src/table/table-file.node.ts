/** A slide table as a CSV file. All mistakes in it are found here, before hours of work depend on them. */
import { dirname, resolve } from 'node:path';
import { meant } from '@ftuseg/core';
import {
  addressFrom,
  type CsvRow,
  isAddress,
  readCsv,
  refuseCutCells,
  refuseOtherSchemes,
  writtenPath,
} from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import { isCodeTable, withPictures } from './code-table.node.js';
import { withKnownColumns } from './known-columns.js';
import { codeOf } from './row-code.js';
import { checkId } from './slide-id.js';
import { annotationOrigins, type SlideRow, type SlideTableOptions } from './slide-row.js';
import { scaleOfCell } from './slide-scale.js';
import { tableDoubts } from './table-doubts.node.js';

/** The path or address that a cell of the table means. */
async function placeOf(cell: string, table: string): Promise<string> {
  refuseOtherSchemes(cell);
  if (isAddress(cell)) return cell;
  return isAddress(table) ? addressFrom(table, cell) : writtenPath(resolve(dirname(table), cell));
}

async function toSlideRow({ line, cells }: CsvRow, table: string): Promise<SlideRow> {
  const { id = '', image = '', mask = '', annotations = '', anatomy = '', mpp = '', source = '' } = cells;
  checkId(id, table, line);
  if (image === '') {
    throw new SlideError('bad-input', `line ${line}, column "image": the cell is empty`, { subject: table });
  }
  return {
    id,
    image: await placeOf(image, table),
    ...(mask === '' ? {} : { mask: await placeOf(mask, table) }),
    ...codeOf(cells, table, line),
    ...(annotations === '' ? {} : { annotations: await placeOf(annotations, table) }),
    ...(anatomy === '' ? {} : { anatomy: await placeOf(anatomy, table) }),
    ...originOf(cells, table, line),
    ...(mpp === '' ? {} : scaleOfCell(mpp, table, line)),
    ...(source === '' ? {} : { source }),
    columns: cells,
  };
}

function originOf({ annotation_origin: cell = '' }: CsvRow['cells'], table: string, line: number) {
  if (cell === '') return {};
  const annotationOrigin = annotationOrigins.find((one) => one === cell);
  if (annotationOrigin !== undefined) return { annotationOrigin };
  throw new SlideError('bad-input', `line ${line}, column "annotation_origin": "${cell}" is neither slide nor bounds`, {
    subject: table,
    hint: 'it says which corner drawn objects count from: of the slide, or of its scanned bounds, as QuPath does',
  });
}

/** @param table path or address of a CSV file; see `readSlideTable` */
export async function readTableFile(
  table: string,
  { labelled = false, onNote, onDoubt = labelled ? onNote : undefined }: SlideTableOptions = {},
): Promise<SlideRow[]> {
  const csv = withKnownColumns(await readCsv(table), table, labelled || onDoubt !== undefined);
  refuseCutCells(csv, ['rle', 'encoding'], table);
  const { columns } = csv;
  const codes = isCodeTable(columns) && !isAddress(table);
  const rows = codes ? await withPictures(table, csv.rows) : csv.rows;
  for (const name of ['id', 'image']) {
    if (!columns.includes(name) && !codes) {
      throw new SlideError('bad-input', `no column "${name}"; columns are ${columns.join(', ')}`, {
        subject: table,
        hint: meant(name, columns) === '' ? 'add it' : `${meant(name, columns).slice(2)} Rename the column`,
      });
    }
  }
  if (rows.length === 0) throw new SlideError('bad-input', 'the slide table has no rows', { subject: table });
  const slides: SlideRow[] = [];
  const lines = new Map<string, number>();
  for (const row of rows) {
    const slide = await toSlideRow(row, table);
    const first = lines.get(slide.id);
    if (first !== undefined) {
      throw new SlideError('bad-input', `lines ${first} and ${row.line} have the same id "${slide.id}"`, {
        subject: table,
        hint: 'ids must be unique',
      });
    }
    lines.set(slide.id, row.line);
    slides.push(slide);
  }
  if (onDoubt !== undefined) {
    for (const doubt of await tableDoubts(slides, table)) onDoubt(`warning: ${table}: ${doubt}`);
  }
  return slides;
}
