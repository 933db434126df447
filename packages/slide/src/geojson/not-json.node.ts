/** The sentence for a text that is not JSON. */
import { SlideError } from '../slide-error.js';
import { type JsonSyntaxError, WRONG_ENCODING } from './byte-cursor.node.js';

/** @param offset in bytes, from the beginning of the file */
export function notJson(cause: JsonSyntaxError, subject: string, offset: number): SlideError {
  const hint = cause.problem === WRONG_ENCODING ? { hint: 'save the file as UTF-8' } : {};
  return new SlideError('bad-input', `this is not JSON (${cause.problem}, byte ${offset})`, {
    subject,
    cause,
    ...hint,
  });
}
