/**
 * What in a table with labels may be a slip of copying or naming and is no error, since some tables mean it: a picture under two ids, labels of one slide
 * that stand at another, a file in a column that is not read.
 */
import { dirname, resolve } from 'node:path';
import { defaultGroupColumn, groupValues, listNames } from '@ftuseg/core';
import { exists, isAddress } from '@ftuseg/files';
import { openLabelImage } from '../labels/label-image.node.js';
import { findFormat } from '../truth/formats/registry.node.js';
import { isFile, isKnownColumn } from './known-columns.js';
import type { SlideRow } from './slide-row.js';

/** Rows of a mask that are looked at in one go. */
const BAND = 256;
/** Rows whose other columns are looked at. */
const LOOKED_AT = 50;
/** Doubts of one kind that are said. */
const SAID = 3;

const hasLabels = ({ mask, annotations, rle }: SlideRow): boolean => (mask ?? annotations ?? rle) !== undefined;

interface Shared {
  readonly key: string;
  /** Two and more. */
  readonly rows: readonly SlideRow[];
  readonly first: SlideRow;
}

/** Rows that have the same of something. */
function sharing(rows: readonly SlideRow[], of: (row: SlideRow) => string | undefined): Shared[] {
  const by = new Map<string, SlideRow[]>();
  for (const row of rows) {
    const key = of(row) ?? '';
    if (key !== '') by.set(key, [...(by.get(key) ?? []), row]);
  }
  return [...by].flatMap(([key, some]) =>
    some[0] === undefined || some.length < 2 ? [] : [{ key, rows: some, first: some[0] }],
  );
}

const idsOf = (rows: readonly SlideRow[]): string => listNames(rows.map(({ id }) => id));

/** Two readers' labels of one picture may be meant; on both sides of a split they must not be. */
function picturesTwice(rows: readonly SlideRow[]): string[] {
  const labelled = rows.filter(hasLabels);
  const values = groupValues(rows, defaultGroupColumn(rows));
  const groups = new Map(rows.map(({ id }, i) => [id, values[i]]));
  const apart = sharing(labelled, ({ image }) => image).filter(
    (shared) => new Set(shared.rows.map(({ id }) => groups.get(id))).size > 1,
  );
  const said = apart
    .slice(0, SAID)
    .map(
      ({ key, rows: some }) =>
        `${idsOf(some)} have the same picture (${key}), which counts more than once and may be learnt and judged by in one training: give them one value in a column "group"`,
    );
  return apart.length > SAID ? [...said, `${apart.length - SAID} more pictures have several ids`] : said;
}

async function isEmptyMask(path: string): Promise<boolean> {
  const labels = await openLabelImage(path);
  try {
    for (let top = 0; top < labels.height; top += BAND) {
      const { data } = await labels.read(top, Math.min(BAND, labels.height - top));
      if (data.some((label) => label > 0)) return false;
    }
    return true;
  } finally {
    await labels.close();
  }
}

/** Whether a file of outlines may be that of several slides: it names their pictures, or there is nothing in it. */
async function servesMany({ key: path, first: { id, image } }: Shared): Promise<boolean> {
  if (isAddress(path)) return true;
  const format = await findFormat(path);
  if (format.namesPicture) return true;
  try {
    for await (const _ of format.read(path, { id, image, width: 0, height: 0 })) return false;
    return true;
  } catch {
    return false;
  }
}

/** The columns of truth, and whether slides of different pictures may have the same in it. */
const TRUTHS: readonly {
  readonly of: (row: SlideRow) => string | undefined;
  readonly what: (key: string) => string;
  readonly mayServe: (shared: Shared) => Promise<boolean>;
}[] = [
  { of: ({ mask }) => mask, what: (path) => `mask (${path})`, mayServe: ({ key }) => isEmptyMask(key) },
  { of: ({ annotations }) => annotations, what: (path) => `file of annotations (${path})`, mayServe: servesMany },
  { of: ({ anatomy }) => anatomy, what: (path) => `file of anatomy (${path})`, mayServe: servesMany },
  { of: ({ rle }) => rle, what: () => 'run-length code', mayServe: async () => false },
];

/** Labels that stand at slides of different pictures. */
async function labelsTwice(rows: readonly SlideRow[]): Promise<string[]> {
  const doubts: string[] = [];
  for (const { of, what, mayServe } of TRUTHS) {
    let said = 0;
    for (const shared of sharing(rows, of)) {
      if (new Set(shared.rows.map(({ image }) => image)).size < 2) continue;
      // What is wrong with a file is said when its labels are read.
      if (await mayServe(shared).catch(() => true)) continue;
      const more = ++said > SAID ? ', and there may be more such rows' : '';
      doubts.push(
        `${idsOf(shared.rows)} have different pictures and the same ${what(shared.key)}${more}: is that right?`,
      );
      if (said > SAID) break;
    }
  }
  return doubts;
}

/** Files in columns that are not read, at slides that have no labels. */
async function unreadFiles(rows: readonly SlideRow[], table: string): Promise<string[]> {
  const bare = rows.filter(({ mask, annotations, rle = '' }) => (mask ?? annotations) === undefined && rle === '');
  const found = new Map<string, { readonly cell: string; readonly row: SlideRow }>();
  for (const row of bare.slice(0, LOOKED_AT)) {
    for (const [column, cell] of Object.entries(row.columns)) {
      if (isKnownColumn(column) || found.has(column) || !isFile(cell)) continue;
      const path = resolve(dirname(table), cell);
      if (path !== row.image && (await exists(path))) found.set(column, { cell, row });
    }
  }
  return [...found].map(
    ([column, { cell, row }]) =>
      `column "${column}" is not read, and names files that are there (${cell}), where slide ${row.id} has no labels`,
  );
}

/**
 * @param table path or address
 * @returns sentences
 */
export async function tableDoubts(rows: readonly SlideRow[], table: string): Promise<string[]> {
  const unread = isAddress(table) ? [] : await unreadFiles(rows, table);
  return [...picturesTwice(rows), ...(await labelsTwice(rows)), ...unread];
}
