/**
 * A line of CSV for each object, for pandas, R and spreadsheets. A slide's lines are a file of their own, which is there when the slide is
 * finished; the table of a folder is these one after the other, so that neither needs more memory than one slide's objects.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { csvLines, ioError, writeAtomically } from '@ftuseg/files';
import { objectTableFile } from '../output-names.js';
import type { MeasuredObject } from './object-measures.js';
import { objectColumns, objectTableText } from './object-row.js';

/**
 * Writes the lines of a slide under a header line.
 * @param ids of the objects, in order
 * @throws {FtuError} `io`
 */
export async function writeObjectTable(
  path: string,
  slide: string,
  objects: readonly MeasuredObject[],
  ids: readonly string[],
): Promise<void> {
  await writeAtomically(path, async (file) => {
    for (const text of objectTableText(slide, objects, ids)) await file.writeFile(text);
  });
}

const NEWLINE = 10;

/**
 * Joins the tables of slides to the folder's.
 * @param names of these, relative to the folder
 * @throws {FtuError} `io`
 */
export async function joinObjectTables(out: string, names: readonly string[]): Promise<void> {
  await writeAtomically(join(out, objectTableFile), async (file) => {
    await file.writeFile(csvLines([objectColumns]));
    for (const name of names) {
      const path = join(out, name);
      try {
        let header = true;
        for await (const chunk of createReadStream(path)) {
          const bytes: Uint8Array = chunk;
          const end = header ? bytes.indexOf(NEWLINE) : -1;
          if (header && end < 0) continue;
          header = false;
          await file.writeFile(bytes.subarray(end + 1));
        }
      } catch (cause) {
        throw ioError(cause, path, 'be read');
      }
    }
  });
}
