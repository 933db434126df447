/**
 * Corners of objects in sorted runs, merged as they are read (an external merge sort): a set of outlines of any size is put in the order
 * of Hilbert's curve in bounded memory.
 */

/** Words that are read of a run at one time. */
const READ_WORDS = 1 << 17;

/** A run that was put away: words are read from the front to the back. */
export interface KeptRun {
  readonly read: (from: number, words: number) => Promise<Int32Array>;
}

/** Where runs are put away; without it they stay in memory. */
export interface Spill {
  readonly keep: (parts: Iterable<Int32Array>) => Promise<KeptRun>;
}

/** Objects in order, with their records one after another. */
export class SortedRun {
  #next = 0;
  #from = 0;
  #words: Int32Array = new Int32Array();
  #at = 0;

  /**
   * @param order rows of the objects
   * @param lengths by row: words of its record
   */
  constructor(
    readonly order: Uint32Array,
    readonly lengths: Uint32Array,
    readonly kept: KeptRun,
  ) {}

  /** The row of the next object; undefined at the end. */
  get row(): number | undefined {
    return this.order[this.#next];
  }

  /** The record of the next object, which is passed; undefined: call `fill` first. Valid until `fill` is called. */
  take(): Int32Array | undefined {
    const length = this.lengths[this.order[this.#next] as number] as number;
    if (this.#at + length > this.#words.length) return undefined;
    this.#next++;
    this.#at += length;
    return this.#words.subarray(this.#at - length, this.#at);
  }

  async fill(): Promise<void> {
    const length = this.lengths[this.order[this.#next] as number] as number;
    this.#from += this.#at;
    this.#at = 0;
    this.#words = await this.kept.read(this.#from, Math.max(length, READ_WORDS));
  }
}

/**
 * Reads runs together, by ascending keys.
 * @param keys by row
 * @returns rows with their records, each valid until the next is asked for
 */
export async function* mergeRuns(
  runs: readonly SortedRun[],
  keys: Uint32Array,
): AsyncGenerator<{ readonly row: number; readonly words: Int32Array }> {
  const open = [...runs];
  for (;;) {
    let [least, best] = [Number.POSITIVE_INFINITY, -1];
    for (let i = 0; i < open.length; i++) {
      const row = open[i]?.row;
      const key = row === undefined ? Number.POSITIVE_INFINITY : (keys[row] as number);
      if (key < least) [least, best] = [key, i];
    }
    const run = open[best];
    const row = run?.row;
    if (run === undefined || row === undefined) return;
    let words = run.take();
    if (words === undefined) {
      await run.fill();
      words = run.take();
    }
    if (words === undefined) throw new RangeError('a run of outlines is shorter than what was written');
    yield { row, words };
  }
}

/** A run that stays in memory: records are gathered from where they were written. */
export function memoryRun(parts: Iterable<Int32Array>): KeptRun {
  const iterator = parts[Symbol.iterator]();
  let [rest, restAt] = [new Int32Array(), 0];
  return {
    read: async (from, words) => {
      // What was read and not yet taken is read again.
      const again = rest.subarray(from - restAt);
      const gathered: Int32Array[] = [again];
      let total = again.length;
      while (total < words) {
        const next = iterator.next();
        if (next.done === true) break;
        gathered.push(next.value);
        total += next.value.length;
      }
      const all = new Int32Array(total);
      let at = 0;
      for (const part of gathered) {
        all.set(part, at);
        at += part.length;
      }
      [rest, restAt] = [all, from];
      return all;
    },
  };
}
