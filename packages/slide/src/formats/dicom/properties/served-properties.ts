/** The same of an instance on a DICOMweb server, from its metadata. Source: PS3.18, annex F. */

import { formatDouble } from '../../properties/format-double.js';
import { Tag } from '../structure/tags.js';
import { namedValues, nameOfTag, READABLE } from './values.js';

const MAX_DEPTH = 16;

type JsonItem = Readonly<Record<string, unknown>>;

const isItem = (value: unknown): value is JsonItem =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function servedProperties(item: JsonItem, prefix = 'dicom', depth = 0): [string, string][] {
  if (depth > MAX_DEPTH) return [];
  return Object.entries(item).flatMap(([key, element]) => {
    const tag = /^[\da-f]{8}$/i.test(key) ? Number.parseInt(key, 16) : undefined;
    const name = tag === undefined || tag >= Tag.PerFrameFunctionalGroups ? undefined : nameOfTag(prefix, tag);
    if (name === undefined || !isItem(element) || !Array.isArray(element.Value)) return [];
    const values: readonly unknown[] = element.Value;
    if (element.vr === 'SQ') {
      return values.flatMap((inner, i) => (isItem(inner) ? servedProperties(inner, `${name}[${i}]`, depth + 1) : []));
    }
    if (typeof element.vr !== 'string' || !READABLE.has(element.vr)) return [];
    // Numbers that are texts in files.
    const number = /^[DI]S$/.test(element.vr) ? String : formatDouble;
    return namedValues(
      name,
      values.map((value) => (typeof value === 'number' ? number(value) : textOf(value))),
    );
  });
}

/** Names of persons are written in up to three ways, of which the first is that of letters. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const letters = isItem(value) ? (value.Alphabetic ?? value.Ideographic ?? value.Phonetic) : undefined;
  return typeof letters === 'string' ? letters : '';
}
