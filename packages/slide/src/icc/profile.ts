/**
 * The header and the table of tags of an ICC profile, checked against its size. A profile says what the numbers of a picture mean as colours that people see.
 * Source: ICC.1:2010 (version 4.3), clauses 7, 9 and 10; ICC.1:2001-04 (version 2.4) for text descriptions.
 */
import { SlideError } from '../slide-error.js';

/** No scanner's profile is nearly as large; those with tables have 0.1 to 1 MB. */
export const MAX_PROFILE_BYTES = 16 << 20;

const HEADER_BYTES = 128;
const MAX_TAGS = 200;

export interface IccProfile {
  /** What its maker calls it, such as `Aperio AT2`; empty where it does not say. */
  readonly description: string;
  /** Of the specification: 2 or 4. */
  readonly version: number;
  /** Of the picture: `RGB`, `GRAY`, `CMYK`. */
  readonly colourSpace: string;
  /** What it leads to: `XYZ` or `Lab`, both for the light D50. */
  readonly connectionSpace: string;
  /** The bytes of each tag, by its signature such as `A2B0`. */
  readonly tags: ReadonlyMap<string, DataView>;
}

/** @returns what is wrong, in a sentence that names the slide */
export const brokenProfile = (subject: string, problem: string): SlideError =>
  new SlideError('bad-input', `the ICC profile is damaged: ${problem}`, {
    subject,
    hint: 'export the slide again, or take its colours as they are stored',
  });

/** Four letters, without the spaces behind them. */
export const signatureAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i))).trimEnd();

/**
 * @param subject the slide, for messages
 * @throws {SlideError} `bad-input` for bytes that are no profile, or one whose tags pass its end
 */
export function parseProfile(bytes: Uint8Array, subject: string): IccProfile {
  if (bytes.length < HEADER_BYTES + 4) throw brokenProfile(subject, `${bytes.length} bytes are no profile`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (signatureAt(view, 36) !== 'acsp') throw brokenProfile(subject, 'its signature is missing');
  const version = view.getUint8(8);
  if (version !== 2 && version !== 4) throw brokenProfile(subject, `version ${version} is not 2 or 4`);
  const count = view.getUint32(HEADER_BYTES);
  if (count > MAX_TAGS || HEADER_BYTES + 4 + 12 * count > bytes.length) {
    throw brokenProfile(subject, `${count} tags do not fit into ${bytes.length} bytes`);
  }
  const tags = new Map<string, DataView>();
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + 12 * i;
    const [offset, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)];
    const name = signatureAt(view, entry);
    if (offset + length > bytes.length || length < 8) throw brokenProfile(subject, `its tag ${name} passes its end`);
    tags.set(name, new DataView(bytes.buffer, bytes.byteOffset + offset, length));
  }
  return {
    description: descriptionOf(tags.get('desc')),
    version,
    colourSpace: signatureAt(view, 16),
    connectionSpace: signatureAt(view, 20),
    tags,
  };
}

/** Plain text of version 2, or the first language of version 4; empty for what is neither. */
function descriptionOf(tag: DataView | undefined): string {
  if (tag === undefined) return '';
  const type = signatureAt(tag, 0);
  if (type === 'desc' && tag.byteLength >= 12) {
    const length = Math.min(tag.getUint32(8), tag.byteLength - 12);
    return readable(new TextDecoder('latin1').decode(bytesOf(tag, 12, length)));
  }
  if (type === 'mluc' && tag.byteLength >= 28) {
    const [length, offset] = [tag.getUint32(20), tag.getUint32(24)];
    if (offset + length > tag.byteLength) return '';
    const units = Array.from({ length: length >> 1 }, (_, i) => tag.getUint16(offset + 2 * i));
    return readable(String.fromCharCode(...units.slice(0, 1000)));
  }
  return '';
}

const bytesOf = (view: DataView, at: number, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, length);

/** Up to the first NUL, without what would disturb a terminal. */
const readable = (text: string): string => text.replace(/\0.*$/s, '').replace(/\p{C}/gu, ' ').trim().slice(0, 200);
