/** A whole file of annotations in memory, for the formats that are small: a limit is said before the memory is taken. */
import { decodeText, readRegularFile, statRegularFile, unicodeForm } from '@ftuseg/files';
import { SlideError } from '../../slide-error.js';

/** An object of a label file takes some ten kilobytes. */
const MAX_BYTES = 512 << 20;

/** @throws FtuError `not-found`, `io`; SlideError `unsupported` for a file of more than 512 MiB */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { size } = await statRegularFile(path);
  if (size > MAX_BYTES) {
    const hint = 'split the file, one for each slide';
    throw new SlideError('unsupported', `the file has ${size} bytes, more than ${MAX_BYTES}`, { subject: path, hint });
  }
  return readRegularFile(path);
}

/**
 * A whole file of JSON in UTF-8, also where it is in UTF-16.
 * @throws as `readBytes`; FtuError `bad-input` for damaged UTF-16
 */
export async function readUtf8(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  return unicodeForm(bytes) === 'utf-8' ? bytes : Buffer.from(decodeText(bytes, path));
}

/** The beginning of a file as text, whatever it is: the last letter may be cut. */
export const headText = (head: Uint8Array): string => new TextDecoder(unicodeForm(head)).decode(head);

/** How far the declaration of an XML may reach. */
const DECLARATION_BYTES = 256;

/** What an XML says of its own bytes; UTF-16 shows by itself. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, DECLARATION_BYTES));
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1];
  return declared === undefined || /^(?:utf|ucs|unicode)/i.test(declared) ? undefined : declared;
}

/**
 * The text of an XML, in the encoding that it declares.
 * @param subject for error messages
 * @throws FtuError `bad-input` for other bytes than those of its encoding; SlideError `unsupported` for an encoding of which nothing is known
 */
export function xmlText(bytes: Uint8Array, subject: string): string {
  const declared = declaredEncoding(bytes);
  if (declared === undefined) return decodeText(bytes, subject);
  const hint = 'save the file as UTF-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(declared, { fatal: true });
  } catch (cause) {
    throw new SlideError('unsupported', `its encoding "${declared}" is not known`, { subject, hint, cause });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SlideError('bad-input', `it is not ${declared}, as it says`, { subject, hint, cause });
  }
}
