/** How values of DICOM become texts, and what they are called: `dicom.OpticalPathSequence[0].ObjectiveLensPower`, as in OpenSlide. */
import { keywordOf } from './keywords.js';

/** Texts that are one, whatever is in them. */
export const SINGLE: ReadonlySet<string> = new Set(['LT', 'ST', 'UR', 'UT']);
/** Representations of texts and numbers; others are bytes. */
export const READABLE: ReadonlySet<string> = new Set(
  'AE AS CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UC UI UL UR US UT'.split(' '),
);

/**
 * @param prefix of the data set
 * @returns undefined for private attributes; a number for one that has no name here
 */
export function nameOfTag(prefix: string, tag: number): string | undefined {
  const hex = tag.toString(16).padStart(8, '0');
  if (((tag >>> 16) & 1) === 1) return undefined;
  return `${prefix}.${keywordOf(tag)?.name ?? `(${hex.slice(0, 4)},${hex.slice(4)})`}`;
}

/** Several values are numbered. */
export const namedValues = (name: string, values: readonly string[]): [string, string][] =>
  values.length === 1 ? [[name, values[0] ?? '']] : values.map((value, i) => [`${name}[${i}]`, value]);

/** Character sets of one octet, of Japanese and Chinese, and UTF-8. Source: PS3.3, C.12.1.1.2. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

const asItIs = (text: string): string => text;

/**
 * @param characterSet of the file; one value alone has no extensions, whatever it is called
 * @returns what makes text of octets; undefined where they are not known: the default set, code extensions (ISO 2022), and names that are no set
 */
export function exactDecoderOf(characterSet: string): ((text: string) => string) | undefined {
  const name = characterSet.replace(/^ISO 2022 IR (?=\d+$)/, 'ISO_IR ');
  if (name === 'ISO_IR 100') return asItIs;
  const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (encoding === undefined) return undefined;
  const decoder = new TextDecoder(encoding);
  return (text) => decoder.decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** @param characterSet of the file; one that is not known, and extensions that change within a text, are read as Latin-1 */
export const decoderOf = (characterSet: string): ((text: string) => string) => exactDecoderOf(characterSet) ?? asItIs;
