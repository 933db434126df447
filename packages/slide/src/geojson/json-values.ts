/**
 * JSON from bytes, for files whose coordinates are most of the text: they become flat arrays of numbers as they are read, where
 * JSON.parse would make an object for every point.
 */
import type { Ring } from '@ftuseg/core';
import {
  ByteCursor,
  CAPITAL_I,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  ENDS_EARLY,
  isDigit,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './byte-cursor.node.js';

/** What stands under "coordinates": the points of a ring or line, nested as the geometry nests them; undefined where it is neither. */
export type Coordinates = Ring | readonly Coordinates[] | undefined;

export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject | FlatCoordinates;

/** Marks a value that was read as coordinates. */
export class FlatCoordinates {
  constructor(readonly value: Coordinates) {}
}

/** Deeper nesting is an attack on the stack, not a slide. */
const DEEPEST = 500;

const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  // Not JSON, but QuPath writes them among measurements.
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

/**
 * Reads one JSON value. What a key "coordinates" holds is a `FlatCoordinates`, everything else as JSON.parse gives it; NaN and
 * Infinity are taken for numbers.
 *
 * @param bytes UTF-8, the value and nothing else but white space
 * @throws JsonSyntaxError
 * @example
 * parseJson(new TextEncoder().encode('{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4]]]}'));
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  const reader = new JsonReader(bytes);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader extends ByteCursor {
  /** Points of the ring that is read. */
  #points = new Float64Array(256);
  #count = 0;

  end(): void {
    if (this.next() !== undefined) this.fail('something follows the value');
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) this.fail(`values nest deeper than ${DEEPEST}`);
    const byte = this.next();
    if (byte === OPEN_OBJECT) return this.#object(depth);
    if (byte === OPEN_ARRAY) return this.#array(depth);
    if (byte === QUOTE) return this.string();
    if (this.#numeric(byte)) return this.number();
    for (const [word, meaning] of WORDS) {
      if (this.slice(this.at, this.at + word.length) !== word) continue;
      this.at += word.length;
      return meaning;
    }
    return this.fail(byte === undefined ? ENDS_EARLY : 'a value is missing');
  }

  /** Whether a number begins with this byte, the next; "-Infinity" is a word. */
  #numeric(byte: number | undefined): boolean {
    return isDigit(byte) || (byte === MINUS && this.bytes[this.at + 1] !== CAPITAL_I);
  }

  #object(depth: number): JsonObject {
    // Without a prototype, so that a key "__proto__" is a key.
    const out: Record<string, JsonValue> = Object.create(null);
    this.at++;
    if (this.next() === CLOSE_OBJECT) {
      this.at++;
      return out;
    }
    for (;;) {
      if (this.next() !== QUOTE) this.fail('a key is missing');
      const key = this.string();
      this.expect(COLON);
      out[key] = key === 'coordinates' ? this.#coordinates(depth + 1) : this.value(depth + 1);
      if (this.next() === CLOSE_OBJECT) break;
      this.expect(COMMA);
    }
    this.at++;
    return out;
  }

  #array(depth: number): JsonValue[] {
    const out: JsonValue[] = [];
    this.at++;
    if (this.next() === CLOSE_ARRAY) {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      if (this.next() === CLOSE_ARRAY) break;
      this.expect(COMMA);
    }
    this.at++;
    return out;
  }

  #coordinates(depth: number): FlatCoordinates {
    const from = this.at;
    this.#count = 0;
    const value = this.next() === OPEN_ARRAY ? this.#nested(depth) : false;
    if (value !== true && value !== false) return new FlatCoordinates(value);
    // A lone point, or no coordinates at all: only whether it is JSON matters.
    this.at = from;
    this.value(depth);
    return new FlatCoordinates(undefined);
  }

  /** @returns true after a point, whose numbers are among the points then; false where these are no coordinates */
  #nested(depth: number): boolean | Exclude<Coordinates, undefined> {
    if (depth > DEEPEST) this.fail(`values nest deeper than ${DEEPEST}`);
    this.at++;
    const first = this.next();
    if (first === CLOSE_ARRAY) {
      this.at++;
      return [];
    }
    if (first !== OPEN_ARRAY) return this.#point(depth);
    const begin = this.#count;
    const lists: Exclude<Coordinates, undefined>[] = [];
    let points = 0;
    for (;;) {
      const item = this.next() === OPEN_ARRAY ? this.#nested(depth + 1) : false;
      if (item === false) return false;
      if (item === true) points++;
      else lists.push(item);
      if (points > 0 && lists.length > 0) return false;
      if (this.next() === CLOSE_ARRAY) break;
      this.expect(COMMA);
    }
    this.at++;
    if (points === 0) return lists;
    const ring = this.#points.slice(begin, this.#count);
    this.#count = begin;
    return ring;
  }

  /** Takes x and y; further numbers, such as a height, are passed over. */
  #point(depth: number): boolean {
    for (let axis = 0; axis < 2; axis++) {
      if (!this.#numeric(this.next())) return false;
      const value = this.number();
      if (!Number.isFinite(value)) return false;
      if (this.#count === this.#points.length) this.#grow();
      this.#points[this.#count++] = value;
      if (axis === 0) {
        if (this.next() !== COMMA) return false;
        this.at++;
      }
    }
    while (this.next() === COMMA) {
      this.at++;
      this.value(depth + 1);
    }
    this.expect(CLOSE_ARRAY);
    return true;
  }

  #grow(): void {
    const longer = new Float64Array(this.#points.length * 2);
    longer.set(this.#points);
    this.#points = longer;
  }
}
