/** Says of a file that is not read what it is, and what to do with it. */
import { SlideError } from '../../slide-error.js';
import type { FileStart } from '../format.js';
import { formatOf, type KnownFormat } from './known-formats.js';

const article = (name: string): string => (/archive|model/.test(name) ? (/^[ORX]/.test(name) ? 'an ' : 'a ') : '');

/** What is said of a file of a format that is known and not read. */
export function otherFormat({ name, hint, noPicture = false, openSlide }: KnownFormat, subject: string): SlideError {
  const library = `install OpenSlide ${openSlide} or later (\`ftu doctor\` says how) to open it from the disk, or `;
  return new SlideError(
    'unsupported',
    noPicture ? `this is ${article(name)}${name}, not a picture` : `${name} files are not supported`,
    { subject, hint: openSlide === undefined ? hint : `${library}${hint}` },
  );
}

/** The error about a file of no format that is read. @param subject its path or address */
export function notRead({ name, head }: FileStart, subject: string): SlideError {
  if (head.length === 0) {
    return new SlideError('bad-input', 'the file is empty', { subject, hint: 'copy or export it again' });
  }
  const known = formatOf(name, head);
  if (known !== undefined) return otherFormat(known, subject);
  return new SlideError('unsupported', 'this is not an image that can be opened', {
    subject,
    hint: 'use PNG, JPEG, WebP or 8-bit TIFF',
  });
}
