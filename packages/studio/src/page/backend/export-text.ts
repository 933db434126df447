/** What exports are called, and what one wrote, in words: where it is, and what it left out. */
import { counted } from '@ftuseg/core';

/** Of the open slide, with a server and without one. */
export const GEOJSON_LABEL = 'This slide as GeoJSON for QuPath';
export const TABLE_LABEL = 'Objects of this slide as a table (CSV)';

/** As `POST /api/export` answers. */
export interface ExportAnswer {
  /** The folder, beginning with the name of the work folder. */
  readonly folder: string;
  readonly slides: readonly string[];
  readonly files: readonly string[];
  /** The slide table's name in the folder, and the text for `--classes`. */
  readonly table?: string | undefined;
  readonly classes?: string | undefined;
  readonly leftOut: readonly { readonly slide: string; readonly reason: string }[];
}

export function exportText({ folder, slides, files, table, classes, leftOut }: ExportAnswer): string {
  const [first] = leftOut;
  const sentences = [
    `Exported ${counted(slides.length, 'corrected slide')} as ${counted(files.length, 'file')} to ${folder}.`,
    table === undefined
      ? 'There is no slide table to train with: no slide has an area that is marked as complete.'
      : `Train with ftu prepare --slides ${table}${classes === undefined ? '' : ` --classes "${classes}"`}.`,
  ];
  if (first !== undefined) {
    sentences.push(
      `Left out of the table: ${counted(leftOut.length, 'slide')}, such as ${first.slide}: ${first.reason}.`,
    );
  }
  return sentences.join(' ');
}
