/** Where the line of an object stands in a table of a million: 16 bytes for each, where a map of names would take ten times that. */

/** Bits of a name's digest and of a line's number: together what a number holds exactly. */
const LINE_BITS = 25;
const MAX_LINES = 2 ** LINE_BITS;

/** FNV-1a, 28 bits: two names with the same digest are told apart by reading their lines. */
function digestOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 28)) & 0x0fffffff;
}

export interface LineIndex {
  readonly lines: number;
  /** Offsets of lines that may be the object's: nearly always one, or none. */
  readonly find: (id: string) => { readonly line: number; readonly start: number; readonly end: number }[];
}

export class LineIndexBuilder {
  #keys = new Float64Array(1024);
  /** Where lines begin; the last is where the next one would. */
  #starts = new Float64Array(1025);
  #count = 0;

  /** @throws {RangeError} for more than 33 million lines */
  add(id: string, start: number, end: number): void {
    if (this.#count === MAX_LINES) throw new RangeError(`a table of more than ${MAX_LINES} objects`);
    if (this.#count === this.#keys.length) {
      const [keys, starts] = [this.#keys, this.#starts];
      this.#keys = new Float64Array(2 * keys.length);
      this.#keys.set(keys);
      this.#starts = new Float64Array(2 * keys.length + 1);
      this.#starts.set(starts);
    }
    this.#keys[this.#count] = digestOf(id) * MAX_LINES + this.#count;
    this.#starts[this.#count] = start;
    this.#starts[++this.#count] = end;
  }

  finish(): LineIndex {
    const keys = this.#keys.slice(0, this.#count).sort();
    const starts = this.#starts.slice(0, this.#count + 1);
    return {
      lines: keys.length,
      find(id) {
        const least = digestOf(id) * MAX_LINES;
        let [low, high] = [0, keys.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((keys[middle] ?? 0) < least) low = middle + 1;
          else high = middle;
        }
        const found: { line: number; start: number; end: number }[] = [];
        for (let key = keys[low]; key !== undefined && key < least + MAX_LINES; key = keys[++low]) {
          const line = key - least;
          found.push({ line, start: starts[line] ?? 0, end: starts[line + 1] ?? 0 });
        }
        return found;
      },
    };
  }
}
