/** Texts of ours beside texts that were copied: both are in one character set. Source: PS3.3, C.12.1.1.2. */
import type { Element } from '../dicom-out/elements.js';

const UTF8 = 'ISO_IR 192';
const ASCII = /^[\x20-\x7e]*$/;

export interface ResultText {
  /** Of the whole file; undefined: the default, ASCII. */
  readonly characterSet: string | undefined;
  /**
   * A text of ours as bytes. Letters that the character set does not have become `_`; backslashes, which part values, become `/`.
   * @param letters at most
   */
  readonly encode: (text: string, letters: number) => Uint8Array;
}

const isAscii = (elements: readonly Element[]): boolean =>
  elements.every(([, , value]) => {
    if (typeof value === 'string') return ASCII.test(value);
    if (value instanceof Uint8Array) return value.every((byte) => byte < 128);
    return value.every((item) => typeof item === 'number' || isAscii(item));
  });

/**
 * Where all is ASCII, nothing is stated. Copied texts of ASCII alone leave the choice free where ours are not; others keep their character set, which
 * need not have our letters.
 * @param ours all that `encode` will be asked for
 */
export function resultText(
  copied: readonly Element[],
  characterSet: string | undefined,
  ours: readonly string[],
): ResultText {
  const isPlain = isAscii(copied) && !characterSet?.includes('2022');
  const isUtf8 = characterSet === UTF8 || (isPlain && ours.some((text) => !ASCII.test(text)));
  return {
    characterSet: isPlain && !isUtf8 ? undefined : isUtf8 ? UTF8 : characterSet,
    encode: (text, letters) => {
      const short = [...text.replaceAll('\\', '/').replace(/\p{Cc}/gu, ' ')].slice(0, letters).join('');
      return new TextEncoder().encode(isUtf8 ? short : short.replace(/[^\x20-\x7e]/gu, '_'));
    },
  };
}
