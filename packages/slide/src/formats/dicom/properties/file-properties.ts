/** Every attribute of a file before its frames, but those of single frames, private ones and bytes. */
import type { ByteSource } from '../../../source/byte-source.js';
import { formatDouble } from '../../properties/format-double.js';
import { Cursor, damaged } from '../structure/cursor.js';
import { type Element, isValueOfUndefinedLength, peekTag, readElement, readValue } from '../structure/data-set.js';
import { START } from '../structure/read-file.js';
import { Tag, tagName } from '../structure/tags.js';
import type { TransferSyntax } from '../structure/transfer-syntax.js';
import { keywordOf } from './keywords.js';
import { decoderOf, namedValues, nameOfTag, READABLE, SINGLE } from './values.js';

const PREFIX = 'dicom';
const MAX_DEPTH = 16;
/** Bytes of a value; longer ones are passed over. */
const MAX_BYTES = 64 << 10;
const CHARACTER_SET = 0x00080005;
/** The last attribute of the file meta information, which states its values whatever the data set does. */
const LAST_META = 0x0002ffff;

/** @throws {SlideError} `bad-input` for what is damaged or cut off */
export async function fileProperties(
  source: ByteSource,
  { isExplicit }: TransferSyntax,
  signal: AbortSignal | undefined,
): Promise<[string, string][]> {
  const cursor = new Cursor(source, START);
  const found: [string, string][] = [];
  let decode = decoderOf('');

  async function elements(explicit: boolean, end: number | undefined, prefix: string | undefined, depth: number) {
    while (end === undefined || cursor.position < end) {
      if (depth === 0) {
        if (signal?.aborted || (await peekTag(cursor)) >= Tag.PerFrameFunctionalGroups) return;
      }
      const isMeta = depth === 0 && (await peekTag(cursor)) <= LAST_META;
      const element = await readElement({ cursor, isExplicit: explicit || isMeta });
      if (element.tag === Tag.ItemDelimitation && end === undefined) return;
      await one(element, explicit, prefix, depth);
    }
  }

  async function one(element: Element, explicit: boolean, prefix: string | undefined, depth: number): Promise<void> {
    const { tag, length, at } = element;
    const name = prefix === undefined ? undefined : nameOfTag(prefix, tag);
    const stated = /^(UN)?$/.test(element.representation) ? undefined : element.representation;
    const representation = stated ?? keywordOf(tag)?.representation ?? '';
    if (representation === 'SQ' || isValueOfUndefinedLength(element)) {
      if (length !== undefined && name === undefined) return cursor.skip(length);
      return items(element, explicit && element.representation !== 'UN', name, depth + 1);
    }
    if (length === undefined) throw damaged(source.name, `${tagName(tag)} at ${at}`, 'its length is not stated');
    if (name === undefined || !READABLE.has(representation) || length === 0 || length > MAX_BYTES) {
      return cursor.skip(length);
    }
    const value = await readValue(cursor, { ...element, representation }, length);
    if (value.kind === 'numbers') found.push(...namedValues(name, value.numbers.map(formatDouble)));
    if (value.kind !== 'text') return;
    if (tag === CHARACTER_SET && depth === 0) decode = decoderOf(value.text.length === 1 ? (value.text[0] ?? '') : '');
    const texts = SINGLE.has(representation) ? [value.text.join('\\')] : value.text;
    found.push(...namedValues(name, texts.map(decode)));
  }

  async function items({ tag, length, at }: Element, explicit: boolean, name: string | undefined, depth: number) {
    if (depth > MAX_DEPTH)
      throw damaged(source.name, `${tagName(tag)} at ${at}`, 'sequences lie too deep in each other');
    const end = length === undefined ? undefined : cursor.position + length;
    for (let count = 0; end === undefined || cursor.position < end; count++) {
      const item = await readElement({ cursor, isExplicit: explicit });
      if (item.tag === Tag.SequenceDelimitation && end === undefined) return;
      if (item.tag !== Tag.Item)
        throw damaged(source.name, `${tagName(item.tag)} at ${item.at}`, 'no item begins here');
      const itemEnd = item.length === undefined ? undefined : cursor.position + item.length;
      await elements(explicit, itemEnd, name === undefined ? undefined : `${name}[${count}]`, depth);
    }
  }

  await elements(isExplicit, source.size, PREFIX, 0);
  return found;
}
