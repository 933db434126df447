/** XML as a stream of elements. Entities of a document's own are errors, so that none can grow; what is not well-formed is said with its line. */
import { SaxesParser } from 'saxes';
import { SlideError } from '../../slide-error.js';

export type Attributes = Readonly<Record<string, string>>;

export interface XmlVisitor {
  open(name: string, attributes: Attributes): void;
  /** Text between two tags, perhaps in several pieces. */
  text?(text: string): void;
  close(name: string): void;
}

/** Without a prefix: namespaces do not matter here. */
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * @param subject for error messages
 * @throws SlideError `bad-input` for text that is not well-formed, or has entities of its own
 */
export function visitXml(text: string, subject: string, visitor: XmlVisitor): void {
  const parser = new SaxesParser();
  parser.on('error', (cause) => {
    // At once: the end of a text reports each of its open elements, of which there may be a hundred thousand.
    throw new SlideError('bad-input', `this is not well-formed XML (line ${cause.message})`, {
      subject,
      hint: 'export the annotations again',
      cause,
    });
  });
  parser.on('opentag', ({ name, attributes }) => visitor.open(localName(name), attributes));
  parser.on('text', (found) => visitor.text?.(found));
  parser.on('cdata', (found) => visitor.text?.(found));
  parser.on('closetag', ({ name }) => visitor.close(localName(name)));
  parser.write(text).close();
}

/** @throws SlideError `bad-input` for an attribute that is missing or no finite number */
export function numberOf(attributes: Attributes, name: string, subject: string, what: string): number {
  const text = attributes[name]?.trim() ?? '';
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  const found = attributes[name] === undefined ? 'has none' : `has ${JSON.stringify(text)}`;
  throw new SlideError('bad-input', `${what}: a point needs a number ${name} and ${found}`, { subject });
}

/** Names that say nothing. */
export const nameOrNothing = (text: string | undefined): string | undefined => {
  const name = text?.trim() ?? '';
  return name === '' ? undefined : name;
};
