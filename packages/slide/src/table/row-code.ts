/** Where a row of a slide table has its run-length code: in the column `rle`, or, as in Kaggle's tables, in `encoding`. */
import { SlideError } from '../slide-error.js';

/**
 * The run-length code of a row. An empty cell is the code of an empty mask where the table keeps truth in no other column; beside
 * others it only says that the truth is elsewhere.
 *
 * @param line of the table
 * @throws SlideError `bad-input` for two codes
 * @example
 * codeOf({ id: 'a', encoding: '1 2' }, 'train.csv', 2); // { rle: '1 2' }
 */
export function codeOf(
  cells: Readonly<Record<string, string>>,
  table: string,
  line: number,
): { readonly rle?: string } {
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
