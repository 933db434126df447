/**
 * Finds the restart intervals of a JPEG by its markers, where the file's list of them is missing or wrong. It reads on from where it last stopped,
 * and no further than to what is asked for.
 */
import { FtuError } from '@ftuseg/core';
import type { ByteSource } from '../../source/byte-source.js';

const CHUNK = 1 << 20;
/** Starts that are kept in one array. */
const SLICE = 4096;

export interface MarkerScanOptions {
  readonly source: ByteSource;
  /** Bytes of the file: the first sample, and behind the JPEG's last byte. */
  readonly from: number;
  readonly to: number;
  /** Restart intervals of the JPEG. */
  readonly count: number;
  /** Makes the error of a problem. */
  readonly damaged: (problem: string) => Error;
}

export class MarkerScan {
  readonly #options: MarkerScanOptions;
  readonly #starts: Float64Array[] = [];
  #found = 0;
  /** What has been looked at ends here. */
  #at: number;
  #step: Promise<void> | undefined;

  constructor(options: MarkerScanOptions) {
    this.#options = options;
    this.#at = options.from;
    this.#add(options.from);
  }

  /**
   * Where an interval begins, and where the next one does (or the JPEG ends).
   * @throws {Error} of `damaged` where markers are missing
   */
  async locate(interval: number, signal: AbortSignal | undefined): Promise<readonly [start: number, end: number]> {
    const { count, to, source } = this.#options;
    const needed = Math.min(interval + 2, count);
    while (this.#found < needed) {
      if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: source.name });
      // All who wait for markers wait for the same piece; a piece that could not be read is read again by the next.
      this.#step ??= this.#next().finally(() => {
        this.#step = undefined;
      });
      await this.#step;
    }
    return [this.#get(interval), interval + 1 < count ? this.#get(interval + 1) : to];
  }

  async #next(): Promise<void> {
    const { source, to, count, damaged } = this.#options;
    const begin = this.#at;
    const chunk = await source.read(begin, Math.min(CHUNK, to - begin));
    for (let at = chunk.indexOf(0xff); at >= 0; at = chunk.indexOf(0xff, at)) {
      let code = at + 1;
      while (chunk[code] === 0xff) code++;
      const marker = chunk[code];
      if (marker === undefined) {
        // The code is in the next piece; there is none behind the last byte.
        this.#at = begin + code - 1;
        if (this.#at + 1 >= to) break;
        return;
      }
      at = code + 1;
      if (marker === 0) continue;
      if (marker !== 0xd0 + ((this.#found - 1) & 7)) {
        throw damaged(`restart marker ${this.#found} of ${count - 1} is missing before byte ${begin + code}`);
      }
      this.#add(begin + at);
      if (this.#found === count) return;
    }
    this.#at = begin + chunk.length;
    if (this.#at >= to) throw damaged(`its JPEG ends behind ${this.#found} of ${count} restart intervals`);
  }

  #add(start: number): void {
    const at = this.#found % SLICE;
    if (at === 0) this.#starts.push(new Float64Array(SLICE));
    const slice = this.#starts.at(-1);
    if (slice !== undefined) slice[at] = start;
    this.#found++;
    this.#at = start;
  }

  #get(interval: number): number {
    return this.#starts[Math.floor(interval / SLICE)]?.[interval % SLICE] ?? 0;
  }
}
