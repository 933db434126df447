/**
 * What scanners wrote into their files: names and texts, whose number and length nobody can trust. Every format lists what it finds; what comes out is
 * bounded and clean in one place.
 */
import { visibleLine, visibleText } from '@ftuseg/core';

/** Name and text, in the order of the file; the last of a name counts. */
export type Properties = Iterable<readonly [name: string, value: string]>;

/** Properties of one slide; a MIRAX of many layers has some thousand. */
export const MAX_PROPERTIES = 8192;
/** Letters of one value: descriptions of whole slides in XML are longer, and are cut. */
export const MAX_VALUE = 32_768;
/** Letters of all names and values. */
export const MAX_LETTERS = 1 << 20;
const MAX_NAME = 512;
/** The property that says what the limits above left out. */
export const CUT = 'ftuseg.cut';

/** Line ends become one kind, and characters that hide or move others are written out. */
export const cleanValue = (text: string): string => visibleText(text.replace(/\r\n?/g, '\n'));

/**
 * At most `MAX_PROPERTIES` names, with a further one, `CUT`, where something was left out.
 * @returns texts without control characters but line feeds and tabs
 */
export function boundProperties(properties: Properties): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  let [letters, left, shortened] = [0, 0, 0];
  for (const [name, value] of properties) {
    const key = visibleLine(name.slice(0, MAX_NAME));
    const clean = cleanValue(value.slice(0, MAX_VALUE + 1));
    const text = clean.slice(0, MAX_VALUE);
    const isNew = !found.has(key);
    if (letters + key.length + text.length > MAX_LETTERS || (isNew && found.size === MAX_PROPERTIES)) {
      left++;
      continue;
    }
    if (name.length > MAX_NAME || clean.length > MAX_VALUE) shortened++;
    letters += key.length + text.length;
    found.set(key, text);
  }
  const cut = [
    ...(left > 0 ? [`left out: ${left} properties`] : []),
    ...(shortened > 0 ? [`shortened to ${MAX_VALUE} letters: ${shortened} properties`] : []),
  ];
  if (cut.length > 0) found.set(CUT, cut.join('; '));
  return Object.fromEntries(found);
}
