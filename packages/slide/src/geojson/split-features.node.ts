/**
 * Cuts a GeoJSON text into its features while it arrives, so that only one of them is in memory. What stands around the features is
 * gathered and read last: whether it was a FeatureCollection at all may be said after them.
 */
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  JsonSyntaxError,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './byte-cursor.node.js';

export interface FeatureText {
  readonly bytes: Uint8Array;
  /** Where it begins in the whole text, bytes. */
  readonly offset: number;
}

/** Bytes that arrive in pieces. */
class Pieces {
  #pieces: Uint8Array[] = [];

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Of the pieces so far. */
  copy(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  /** Copies them: the chunk will be filled again. */
  add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pieces.push(new Uint8Array(bytes));
  }

  take(): Uint8Array {
    const [only] = this.#pieces;
    const whole = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return whole;
  }
}

/** Follows the structure of a JSON text byte by byte, however it is cut into chunks. */
export class FeatureSplitter {
  readonly #around = new Pieces();
  #head: Uint8Array | undefined;
  readonly #feature = new Pieces();
  #place: 'before' | 'features' | 'after' = 'before';
  /** Brackets that are open; within the features, those of the feature alone. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Of the outermost object: the last string, and whether a colon followed it and nothing else. */
  #key = '';
  #afterColon = false;
  /** Whether the array of features has something since the last comma. */
  #filled = false;
  #commas = 0;
  /** Where the feature that is read begins, and how much of the text is behind. */
  #offset = 0;
  #read = 0;
  /** Where the features begin and end in the whole text. */
  #from = Number.POSITIVE_INFINITY;
  #to = 0;

  /** What stands before the features, with the bracket that opens them; undefined until they begin. */
  get head(): Uint8Array | undefined {
    return this.#head;
  }

  /**
   * @param chunk the next bytes of the text
   * @returns the features that end in it; their bytes are valid until the next is asked for
   * @throws JsonSyntaxError where a feature is missing between commas
   */
  *push(chunk: Uint8Array): Generator<FeatureText> {
    // What is gathered begins here: of the feature that is read, or of what stands around the features.
    let begin = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (this.#place === 'features' && this.#depth > 0 && !this.#inString) i = this.#skip(chunk, i);
      const byte = chunk[i] as number;
      if (this.#inString) {
        if (this.#place === 'before') this.#spell(byte);
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (this.#place !== 'features') {
        if (this.#outside(byte)) {
          this.#around.add(chunk.subarray(begin, i + 1));
          this.#head = this.#around.copy();
          begin = i + 1;
          this.#from = this.#read + begin;
        }
        continue;
      }
      if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) {
        yield* this.#end(chunk.subarray(begin, i), byte, this.#read + i);
        begin = byte === COMMA ? i + 1 : i;
        continue;
      }
      if (!this.#filled && !isSpace(byte)) {
        this.#filled = true;
        this.#offset = this.#read + i;
        begin = i;
      }
      this.#follow(byte);
    }
    this.#read += chunk.length;
    if (this.#place !== 'features') this.#around.add(chunk.subarray(begin));
    else if (this.#filled) this.#feature.add(chunk.subarray(begin));
  }

  /**
   * @returns what stands around the features, which are left out (a whole Feature, if the text is one), and where a byte of it stands in
   *   the whole text
   * @throws JsonSyntaxError where the text ends among the features
   */
  finish(): { readonly bytes: Uint8Array; readonly offsetOf: (at: number) => number } {
    if (this.#place === 'features') throw new JsonSyntaxError('the text ends early', this.#read);
    const [from, to] = [this.#from, this.#to];
    return { bytes: this.#around.take(), offsetOf: (at) => (at < from ? at : at - from + to) };
  }

  /**
   * Passes the inside of a feature, which is nearly all of a text.
   * @returns where a string begins, or where the feature may end; the last byte if neither is in the chunk
   */
  #skip(chunk: Uint8Array, from: number): number {
    const last = chunk.length - 1;
    let depth = this.#depth;
    let i = from;
    for (; i < last; i++) {
      const byte = chunk[i] as number;
      if (byte === QUOTE) break;
      // Digits, commas and all else between brackets.
      if (byte < OPEN_ARRAY) continue;
      if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
        if (depth === 1) break;
        depth--;
      }
    }
    this.#depth = depth;
    return i;
  }

  #follow(byte: number): void {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.#depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.#depth--;
  }

  /** @returns whether the array of features begins behind this byte */
  #outside(byte: number): boolean {
    if (this.#place === 'before') {
      if (
        byte === OPEN_ARRAY &&
        (this.#depth === 0 || (this.#depth === 1 && this.#afterColon && this.#key === 'features'))
      ) {
        this.#place = 'features';
        this.#depth = 0;
        return true;
      }
      if (byte === QUOTE && this.#depth === 1) this.#key = '';
      if (byte === COLON) this.#afterColon = true;
      else if (!isSpace(byte)) this.#afterColon = false;
    }
    this.#follow(byte);
    return false;
  }

  /** A byte of a string, which may turn out to be a key of the outermost object. */
  #spell(byte: number): void {
    if (this.#depth === 1 && byte !== QUOTE && this.#key.length <= 'features'.length)
      this.#key += String.fromCharCode(byte);
  }

  *#end(rest: Uint8Array, byte: number, at: number): Generator<FeatureText> {
    if (!this.#filled && (byte === COMMA || this.#commas > 0)) throw new JsonSyntaxError('a feature is missing', at);
    if (this.#filled) {
      let bytes = rest;
      if (!this.#feature.empty) {
        this.#feature.add(rest);
        bytes = this.#feature.take();
      }
      yield { bytes, offset: this.#offset };
    }
    this.#filled = false;
    if (byte === COMMA) {
      this.#commas++;
      return;
    }
    this.#place = 'after';
    this.#to = at;
  }
}
