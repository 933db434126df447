/**
 * JSON from bytes, for files whose coordinates are most of the text: they become flat arrays of numbers as they are read, where
 * JSON.parse would make an object for every point.
 */
import type { Ring } from '@ftuseg/core';

/** What stands under "coordinates": the points of a ring or line, nested as the geometry nests them; undefined where it is neither. */
export type Coordinates = Ring | readonly Coordinates[] | undefined;

export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject | FlatCoordinates;

/** Marks a value that was read as coordinates. */
export class FlatCoordinates {
  constructor(readonly value: Coordinates) {}
}

/** Text that is not JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  constructor(
    readonly problem: string,
    /** In bytes, from the beginning of the text. */
    readonly offset: number,
  ) {
    super(problem);
  }
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const ENDS_EARLY = 'the text ends early';

/** Deeper nesting is an attack on the stack, not a slide. */
const DEEPEST = 500;

export const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 57;

/** Powers of ten that doubles hold exactly: a product or quotient of exact numbers is rounded once, as it should be. */
const TENS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const words: readonly (readonly [string, JsonValue])[] = [
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
 * parseJson(Buffer.from('{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4]]]}'));
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  const reader = new JsonReader(bytes);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Points of the ring that is read. */
  #points = new Float64Array(256);
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  end(): void {
    if (this.#next() !== undefined) this.#fail('something follows the value');
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) this.#fail(`values nest deeper than ${DEEPEST}`);
    const byte = this.#next();
    if (byte === OPEN_OBJECT) return this.#object(depth);
    if (byte === OPEN_ARRAY) return this.#array(depth);
    if (byte === QUOTE) return this.#string();
    if (byte === MINUS || isDigit(byte)) {
      if (this.#bytes[this.#at + 1] !== 73) return this.#number();
    }
    for (const [word, meaning] of words) {
      if (this.#slice(this.#at, this.#at + word.length) !== word) continue;
      this.#at += word.length;
      return meaning;
    }
    return this.#fail(byte === undefined ? ENDS_EARLY : 'a value is missing');
  }

  #object(depth: number): JsonObject {
    // Without a prototype, so that a key "__proto__" is a key.
    const out: Record<string, JsonValue> = Object.create(null);
    this.#at++;
    if (this.#next() === CLOSE_OBJECT) {
      this.#at++;
      return out;
    }
    for (;;) {
      if (this.#next() !== QUOTE) this.#fail('a key is missing');
      const key = this.#string();
      this.#expect(COLON);
      out[key] = key === 'coordinates' ? this.#coordinates(depth + 1) : this.value(depth + 1);
      if (this.#next() === CLOSE_OBJECT) break;
      this.#expect(COMMA);
    }
    this.#at++;
    return out;
  }

  #array(depth: number): JsonValue[] {
    const out: JsonValue[] = [];
    this.#at++;
    if (this.#next() === CLOSE_ARRAY) {
      this.#at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      if (this.#next() === CLOSE_ARRAY) break;
      this.#expect(COMMA);
    }
    this.#at++;
    return out;
  }

  #coordinates(depth: number): FlatCoordinates {
    const from = this.#at;
    this.#count = 0;
    const value = this.#next() === OPEN_ARRAY ? this.#nested(depth) : false;
    if (value !== true && value !== false) return new FlatCoordinates(value);
    // A lone point, or no coordinates at all: only whether it is JSON matters.
    this.#at = from;
    this.value(depth);
    return new FlatCoordinates(undefined);
  }

  /** @returns true after a point, whose numbers are among the points then; false where these are no coordinates */
  #nested(depth: number): boolean | Exclude<Coordinates, undefined> {
    if (depth > DEEPEST) this.#fail(`values nest deeper than ${DEEPEST}`);
    this.#at++;
    const first = this.#next();
    if (first !== OPEN_ARRAY) return first === CLOSE_ARRAY ? this.#nothing() : this.#point(depth);
    const begin = this.#count;
    const lists: Exclude<Coordinates, undefined>[] = [];
    let points = 0;
    for (;;) {
      const item = this.#next() === OPEN_ARRAY ? this.#nested(depth + 1) : false;
      if (item === false) return false;
      if (item === true) points++;
      else lists.push(item);
      if (points > 0 && lists.length > 0) return false;
      if (this.#next() === CLOSE_ARRAY) break;
      this.#expect(COMMA);
    }
    this.#at++;
    if (points === 0) return lists;
    const ring = this.#points.slice(begin, this.#count);
    this.#count = begin;
    return ring;
  }

  #nothing(): readonly Coordinates[] & readonly never[] {
    this.#at++;
    return [];
  }

  /** Takes x and y; further numbers, such as a height, are passed over. */
  #point(depth: number): boolean {
    for (let axis = 0; axis < 2; axis++) {
      const byte = this.#next();
      if (byte !== MINUS && !isDigit(byte)) return false;
      if (byte === MINUS && this.#bytes[this.#at + 1] === 73) return false;
      const value = this.#number();
      if (!Number.isFinite(value)) return false;
      if (this.#count === this.#points.length) this.#grow();
      this.#points[this.#count++] = value;
      if (axis === 0) {
        if (this.#next() !== COMMA) return false;
        this.#at++;
      }
    }
    while (this.#next() === COMMA) {
      this.#at++;
      this.value(depth + 1);
    }
    this.#expect(CLOSE_ARRAY);
    return true;
  }

  #grow(): void {
    const longer = new Float64Array(this.#points.length * 2);
    longer.set(this.#points);
    this.#points = longer;
  }

  #string(): string {
    const begin = this.#at++;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return this.#fail('a string does not end');
      if (byte === QUOTE) break;
      this.#at += byte === BACKSLASH ? 2 : 1;
    }
    this.#at++;
    const text = this.#slice(begin, this.#at);
    try {
      const value: unknown = JSON.parse(text);
      return String(value);
    } catch {
      this.#at = begin;
      return this.#fail('a string is malformed');
    }
  }

  #number(): number {
    const bytes = this.#bytes;
    const begin = this.#at;
    let at = begin;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const whole = at;
    let [mantissa, decimals] = [0, 0];
    for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - ZERO) {
      mantissa = mantissa * 10 + digit;
    }
    let digits = at - whole;
    let wellFormed = digits > 0 && (digits === 1 || bytes[whole] !== ZERO);
    if (bytes[at] === POINT) {
      const fraction = ++at;
      for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - ZERO) {
        mantissa = mantissa * 10 + digit;
      }
      decimals = at - fraction;
      digits += decimals;
      wellFormed &&= decimals > 0;
    }
    const exponent = bytes[at] === 69 || bytes[at] === 101;
    if (exponent) {
      at++;
      if (bytes[at] === 43 || bytes[at] === MINUS) at++;
      wellFormed &&= isDigit(bytes[at]);
      while (isDigit(bytes[at])) at++;
    }
    if (!wellFormed) this.#fail('a number is malformed');
    this.#at = at;
    if (exponent || digits > 15 || decimals > 22) return Number(this.#slice(begin, at));
    const value = mantissa / (TENS[decimals] ?? 1);
    return negative ? -value : value;
  }

  /** The next byte that is no white space, not taken. */
  #next(): number | undefined {
    while (isSpace(this.#bytes[this.#at])) this.#at++;
    return this.#bytes[this.#at];
  }

  #expect(byte: number): void {
    const found = this.#next();
    if (found !== byte) this.#fail(found === undefined ? ENDS_EARLY : `"${String.fromCharCode(byte)}" is missing`);
    this.#at++;
  }

  #slice(begin: number, end: number): string {
    const { buffer, byteOffset } = this.#bytes;
    return Buffer.from(buffer, byteOffset + begin, Math.min(end, this.#bytes.length) - begin).toString('utf8');
  }

  #fail(problem: string): never {
    throw new JsonSyntaxError(problem, Math.min(this.#at, this.#bytes.length));
  }
}
