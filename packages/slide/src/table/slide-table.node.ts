/** Reads a slide table, which names the slides to work on: a CSV file, a folder, or one slide. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ioError, isAddress, refuseOtherSchemes, statRegularFile } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import { readFolder } from './folders/slide-folder.node.js';
import { readSingleSlide, readSlideAsFolder } from './single-slide.node.js';
import { checkId, refuseLongId, refuseSameName } from './slide-id.js';
import type { SlideRow, SlideTableOptions } from './slide-row.js';
import { readTableFile } from './table-file.node.js';

/**
 * Reads a slide table: a CSV file with columns `id` and `image`, and as needed `mask`, `rle`, `annotations`, `anatomy`, `annotation_origin`, `mpp`, `source` and any other;
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
  const rows = await readRows(path, options);
  refuseSameName(rows, path);
  return rows;
}

async function readRows(path: string, options: SlideTableOptions): Promise<SlideRow[]> {
  refuseOtherSchemes(path);
  if (isAddress(path)) return (await oneSlide(path, options)) ?? readTableFile(path, options);
  const at = resolve(path);
  const entry = await stat(at).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (!entry.isDirectory()) {
    await statRegularFile(at);
    return (await oneSlide(at, options)) ?? readTableFile(at, options);
  }
  const slide = await readSlideAsFolder(at);
  if (slide !== undefined) return oneRow(slide, at, options);
  const rows = await readFolder(at, options);
  for (const { id, image } of rows) refuseLongId(id, image);
  return rows;
}

/** @throws SlideError `bad-input` for one slide where labels are wanted */
async function oneSlide(path: string, options: SlideTableOptions): Promise<SlideRow[] | undefined> {
  const row = await readSingleSlide(path);
  return row === undefined ? undefined : oneRow(row, path, options);
}

/** @throws SlideError `bad-input` where labels are wanted */
function oneRow(row: SlideRow, path: string, { labelled = false }: SlideTableOptions): SlideRow[] {
  checkId(row.id, path, 1);
  if (!labelled) return [row];
  throw new SlideError('bad-input', 'this is one slide, and labels are needed', {
    subject: path,
    hint: 'give a slide table (CSV) with id, image and one of mask, annotations, rle',
  });
}
