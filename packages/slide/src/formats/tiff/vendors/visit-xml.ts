/**
 * XML in a scanner's file as a stream of elements by their path, so that a list of a million tiles costs nothing. Entities of a document's own are errors,
 * so that none can grow.
 */
import { SaxesParser } from 'saxes';
import { damaged, type TiffFile } from '../structure/file.js';

export type Attributes = Readonly<Record<string, string>>;

export interface ElementVisitor {
  /** @param path local names from the root on: `scn/collection/image` */
  open?(path: string, attributes: Attributes): void;
  /** @param text of the element without its children, trimmed */
  close?(path: string, text: string): void;
}

/** Elements inside each other, at most. */
const MAX_DEPTH = 32;
/** Letters of an element's text that are kept by default. */
const MAX_TEXT = 4096;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * @param where for messages: `page 0, tag XmlPacket (700)`
 * @param maxText letters of an element's text that are kept
 * @throws {SlideError} `bad-input` for what is not well-formed
 */
export function visitXml(
  file: Pick<TiffFile, 'source'>,
  text: string,
  where: string,
  visitor: ElementVisitor,
  maxText = MAX_TEXT,
): void {
  const parser = new SaxesParser();
  const path: string[] = [];
  const texts: string[] = [];
  let problem: string | undefined;
  parser.on('error', ({ message }) => {
    problem ??= `its XML is not well-formed (line ${message})`;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (path.length >= MAX_DEPTH) problem ??= `its XML has more than ${MAX_DEPTH} elements inside each other`;
    if (problem !== undefined) return;
    path.push(localName(name));
    texts.push('');
    visitor.open?.(path.join('/'), attributes);
  });
  parser.on('text', (part) => {
    const last = texts.length - 1;
    const held = texts[last];
    if (held !== undefined && held.length < maxText) texts[last] = held + part.slice(0, maxText);
  });
  parser.on('closetag', () => {
    if (problem !== undefined) return;
    visitor.close?.(path.join('/'), (texts.pop() ?? '').trim());
    path.pop();
  });
  parser.write(text);
  if (problem === undefined) parser.close();
  if (problem !== undefined) throw damaged(file, where, problem);
}

/** @throws {SlideError} `bad-input` for an attribute that is missing or no finite number */
export function numberIn(file: TiffFile, attributes: Attributes, name: string, where: string): number {
  const text = attributes[name]?.trim() ?? '';
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  const found = attributes[name] === undefined ? 'is missing' : `is ${JSON.stringify(text.slice(0, 40))}, no number`;
  throw damaged(file, where, `its ${name} ${found}`);
}

/** @throws {SlideError} `bad-input` for an attribute that is missing or no whole number of at least `least` */
export function wholeIn(file: TiffFile, attributes: Attributes, name: string, where: string, least = 0): number {
  const value = numberIn(file, attributes, name, where);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw damaged(file, where, `its ${name} is ${value}`);
}
