/** A place in a JSON text given as bytes, and the tokens that begin there: the ground that `JsonReader` stands on. */
import { isUtf8 } from 'node:buffer';

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

// Characters as bytes.
export const QUOTE = 34;
const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const CAPITAL_E = 69;
export const CAPITAL_I = 73;
export const COLON = 58;
export const OPEN_ARRAY = 91;
export const BACKSLASH = 92;
export const CLOSE_ARRAY = 93;
const SMALL_E = 101;
export const OPEN_OBJECT = 123;
export const CLOSE_OBJECT = 125;

export const ENDS_EARLY = 'the text ends early';
export const WRONG_ENCODING = 'a string is not UTF-8';

export const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;
export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 57;

/** Powers of ten that doubles hold exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

export class ByteCursor {
  protected at = 0;

  constructor(protected readonly bytes: Uint8Array) {}

  /** From the quote that is next to the one that ends it. */
  protected string(): string {
    const begin = this.at++;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) return this.fail('a string does not end');
      if (byte === QUOTE) break;
      this.at += byte === BACKSLASH ? 2 : 1;
    }
    this.at++;
    const text = this.slice(begin, this.at);
    // What cannot be decoded becomes U+FFFD, which may also stand in the text.
    if (text.includes('\uFFFD') && !isUtf8(this.bytes.subarray(begin, this.at))) {
      this.at = begin;
      return this.fail(WRONG_ENCODING);
    }
    try {
      const value: unknown = JSON.parse(text);
      return String(value);
    } catch {
      this.at = begin;
      return this.fail('a string is malformed');
    }
  }

  /**
   * Nearly all numbers have at most 15 digits: those are exact as whole numbers, and one division by an exact power of ten rounds them
   * as reading their text would.
   */
  protected number(): number {
    const bytes = this.bytes;
    const begin = this.at;
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
    const exponent = bytes[at] === CAPITAL_E || bytes[at] === SMALL_E;
    if (exponent) {
      at++;
      if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
      wellFormed &&= isDigit(bytes[at]);
      while (isDigit(bytes[at])) at++;
    }
    if (!wellFormed) this.fail('a number is malformed');
    this.at = at;
    if (exponent || digits > 15 || decimals > 22) return Number(this.slice(begin, at));
    const value = mantissa / (TENS[decimals] ?? 1);
    return negative ? -value : value;
  }

  /** The next byte that is no white space, not taken. */
  protected next(): number | undefined {
    while (isSpace(this.bytes[this.at])) this.at++;
    return this.bytes[this.at];
  }

  /** Takes the next byte, which must be this one. */
  protected expect(byte: number): void {
    const found = this.next();
    if (found !== byte) this.fail(found === undefined ? ENDS_EARLY : `"${String.fromCharCode(byte)}" is missing`);
    this.at++;
  }

  protected slice(begin: number, end: number): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + begin, Math.min(end, this.bytes.length) - begin).toString('utf8');
  }

  protected fail(problem: string): never {
    throw new JsonSyntaxError(problem, Math.min(this.at, this.bytes.length));
  }
}
