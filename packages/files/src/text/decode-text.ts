/**
 * The text of a file, whichever program saved it. Text in another encoding than Unicode is an error and no guess: a wrong letter in an id makes
 * another file, and one in a class another class.
 */
import { isUtf8 } from 'node:buffer';
import { FtuError } from '@ftuseg/core';

export type UnicodeForm = 'utf-8' | 'utf-16le' | 'utf-16be';

/** What a cell, a key or a tag begins with. */
const isAscii = (byte: number | undefined): boolean => byte !== undefined && byte > 8 && byte < 127;

/**
 * Which form of Unicode a text has, by its mark, else by the zeros between its first letters.
 * @param bytes the first four or more
 * @example
 * unicodeForm(Buffer.from('\uFEFFid', 'utf16le')); // 'utf-16le'
 */
export function unicodeForm(bytes: Uint8Array): UnicodeForm {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (isAscii(a) && b === 0 && isAscii(c) && d === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && isAscii(b) && c === 0 && isAscii(d))) return 'utf-16be';
  return 'utf-8';
}

const NEWLINE = 10;

/** The first line that is not UTF-8, from 1. */
function wrongLine(bytes: Uint8Array): number {
  for (let begin = 0, line = 1; ; line++) {
    const newline = bytes.indexOf(NEWLINE, begin);
    if (newline === -1 || !isUtf8(bytes.subarray(begin, newline))) return line;
    begin = newline + 1;
  }
}

/**
 * The text of UTF-8 or UTF-16, without its byte order mark.
 *
 * @param subject for error messages
 * @param hint for them too: how the file becomes UTF-8
 * @throws FtuError `bad-input` for another encoding, with the line where it shows
 * @example
 * decodeText(await readRegularFile('slides.csv'), 'slides.csv');
 */
export function decodeText(bytes: Uint8Array, subject: string, hint = 'save the file as UTF-8'): string {
  const form = unicodeForm(bytes);
  try {
    return new TextDecoder(form, { fatal: true }).decode(bytes);
  } catch (cause) {
    const where = form === 'utf-8' ? `line ${wrongLine(bytes)} is not UTF-8` : 'the text is damaged UTF-16';
    throw new FtuError('bad-input', `${where}, so that its letters cannot be told`, {
      subject,
      hint,
      cause,
    });
  }
}
