/** Ids of slides become names of files. */
import { nameForm } from '@ftuseg/core';
import { SlideError } from '../slide-error.js';

/** File systems take names of 255 bytes; what is written for a slide has up to 40 beside its id, such as a class and an extension. */
const MAX_ID_BYTES = 200;

/** @throws SlideError `bad-input` for an id that cannot be a file's name */
export function checkId(id: string, table: string, line: number): void {
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

export function refuseLongId(id: string, subject: string, place = ''): void {
  const bytes = new TextEncoder().encode(id).length;
  if (bytes <= MAX_ID_BYTES) return;
  throw new SlideError('bad-input', `${place}an id of ${bytes} bytes is too long for names of files`, {
    subject,
    hint: `shorten it to at most ${MAX_ID_BYTES}`,
  });
}

/** @throws SlideError `bad-input` for two ids that are one name to file systems of macOS and Windows */
export function refuseSameName(rows: readonly { readonly id: string }[], subject: string): void {
  const ids = new Map<string, string>();
  for (const { id } of rows) {
    const name = nameForm(id).toLowerCase();
    const other = ids.get(name);
    if (other !== undefined) {
      throw new SlideError('bad-input', `the ids "${other}" and "${id}" are one name of a file on macOS and Windows`, {
        subject,
        hint: 'ids become file names: let them differ in more than capitals and the form of accents',
      });
    }
    ids.set(name, id);
  }
}
