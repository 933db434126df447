/** A JSON file as a value of which every part must be asked what it is. */
import { JsonSyntaxError } from '../../geojson/byte-cursor.node.js';
import { FlatCoordinates, type JsonObject, type JsonValue, parseJson } from '../../geojson/json-values.js';
import { notJson } from '../../geojson/not-json.node.js';

/** @throws SlideError `bad-input` for text that is not JSON, with its place */
export function jsonOf(bytes: Uint8Array, subject: string): JsonValue {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return parseJson(marked ? bytes.subarray(3) : bytes);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw notJson(error, subject, error.offset + (marked ? 3 : 0));
  }
}

/** The objects of a list; none where it is no list. */
export const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter((item) => isPlainObject(item)) : [];

export const isPlainObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FlatCoordinates);

/** The numbers of a list, or undefined where it is none or one is not finite. */
export function numbersOf(value: JsonValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.filter((item): item is number => typeof item === 'number' && Number.isFinite(item));
  return numbers.length === value.length ? numbers : undefined;
}
