/** Texts of ours beside texts that were copied: both are in one character set. Source: PS3.3, C.12.1.1.2. */
import type { Element } from '../dicom-out/elements.js';
import { exactDecoderOf } from '../formats/dicom/properties/values.js';

const UTF8 = 'ISO_IR 192';
const ASCII = /^[\x20-\x7e]*$/;
/** Representations of texts in the character set of the file. */
const TEXTS: ReadonlySet<string> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

export interface ResultText {
  /** Of the whole file; undefined: the default, ASCII. */
  readonly characterSet: string | undefined;
  /**
   * A text of ours as the file can have it. Letters that its character set does not have become `_`; backslashes, which part values, become `/`.
   * @param letters at most
   */
  readonly fit: (text: string, letters: number) => string;
  /** What `fit` gives, as bytes. */
  readonly encode: (text: string, letters: number) => Uint8Array;
}

const isAscii = (elements: readonly Element[]): boolean =>
  elements.every(([, , value]) => {
    if (typeof value === 'string') return ASCII.test(value);
    if (value instanceof Uint8Array) return value.every((byte) => byte < 128);
    return value.every((item) => typeof item === 'number' || isAscii(item));
  });

/**
 * Where all is ASCII, nothing is stated. Else all is UTF-8, but beside texts in a character set that cannot be told: those keep it.
 * @param copied of `utf8Texts`
 * @param ours all that `encode` will be asked for
 */
export function resultText(
  copied: readonly Element[],
  characterSet: string | undefined,
  ours: readonly string[],
): ResultText {
  const isPlain = isAscii(copied) && !characterSet?.includes('2022');
  const isUtf8 = characterSet === UTF8 || (isPlain && ours.some((text) => !ASCII.test(text)));
  const fit = (text: string, letters: number): string => {
    const short = [...text.replaceAll('\\', '/').replace(/\p{Cc}/gu, ' ')].slice(0, letters).join('');
    return isUtf8 ? short : short.replace(/[^\x20-\x7e]/gu, '_');
  };
  return {
    characterSet: isPlain && !isUtf8 ? undefined : isUtf8 ? UTF8 : characterSet,
    fit,
    encode: (text, letters) => new TextEncoder().encode(fit(text, letters)),
  };
}

/**
 * Copied texts in UTF-8, which has the letters of every class.
 * @returns the elements as they are where their character set cannot be told, or needs nothing
 */
export function utf8Texts(
  elements: readonly Element[],
  characterSet: string | undefined,
): { readonly elements: readonly Element[]; readonly characterSet: string | undefined } {
  const decode = exactDecoderOf(characterSet ?? '');
  if (decode === undefined || isAscii(elements)) return { elements, characterSet };
  const encoder = new TextEncoder();
  const written = (all: readonly Element[]): readonly Element[] =>
    all.map(([tag, representation, value]): Element => {
      if (representation === 'SQ' && Array.isArray(value)) {
        return [tag, representation, (value as readonly (readonly Element[])[]).map(written)];
      }
      if (!TEXTS.has(representation) || !(value instanceof Uint8Array)) return [tag, representation, value];
      return [
        tag,
        representation,
        encoder.encode(decode(Array.from(value, (byte) => String.fromCharCode(byte)).join(''))),
      ];
    });
  return { elements: written(elements), characterSet: UTF8 };
}
