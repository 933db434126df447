/**
 * The bytes of restart intervals: by the file's list where every marker stands where the list says, by looking for markers where one does not. A list
 * that is off by one would show every tile in its neighbour's place.
 */
import type { ByteSource } from '../../source/byte-source.js';
import { MarkerScan } from './marker-scan.js';
import type { StatedStarts } from './stated-starts.js';

export interface RestartOptions {
  readonly source: ByteSource;
  /** Bytes of the file: the first sample, and behind the JPEG's last byte. */
  readonly from: number;
  readonly to: number;
  /** Restart intervals of the JPEG. */
  readonly count: number;
  /** More than an interval can have, bytes. */
  readonly maxBytes: number;
  readonly stated: StatedStarts | undefined;
  /** Makes the error of a problem. */
  readonly damaged: (problem: string) => Error;
}

export class RestartIntervals {
  readonly #options: RestartOptions;
  #scan: MarkerScan | undefined;

  constructor(options: RestartOptions) {
    this.#options = options;
  }

  /** The samples of an interval, without the markers around them. */
  async read(interval: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { stated, damaged } = this.#options;
    if (stated !== undefined) {
      const { from, to, count } = this.#options;
      const start = await stated.startOf(interval);
      const end = interval + 1 < count ? await stated.startOf(interval + 1) : to;
      if (start !== undefined && end !== undefined && start >= from && end <= to && (interval > 0 || start === from)) {
        const piece = await this.#piece(interval, start, end, signal);
        if (piece !== undefined) return piece;
      }
    }
    this.#scan ??= new MarkerScan(this.#options);
    const [start, end] = await this.#scan.locate(interval, signal);
    const piece = await this.#piece(interval, start, end, signal);
    if (piece === undefined) throw damaged(`restart interval ${interval} at ${start} is damaged`);
    return piece;
  }

  /** @returns undefined where the markers around it, and no others, do not stand there */
  async #piece(
    interval: number,
    start: number,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const { source, count, maxBytes } = this.#options;
    const isLast = interval + 1 === count;
    const before = interval === 0 ? 0 : 2;
    // What stands behind the last interval may be longer than it.
    const until = isLast ? Math.min(end, start + maxBytes) : end;
    if (until <= start || until - start > maxBytes) return undefined;
    const data = await source.read(start - before, until - start + before, { signal });
    if (before > 0 && !(data[0] === 0xff && data[1] === 0xd0 + ((interval - 1) & 7))) return undefined;
    const found = firstMarker(data, before);
    if (found === undefined) return isLast ? data.subarray(before) : undefined;
    const isRestart = found.marker >= 0xd0 && found.marker <= 0xd7;
    const sound = isLast ? !isRestart : found.marker === 0xd0 + (interval & 7) && found.end === data.length;
    return sound ? data.subarray(before, found.at) : undefined;
  }
}

/** The first marker in entropy-coded data: bytes of fill may stand before its code, and zeros behind 0xff are data. */
function firstMarker(
  data: Uint8Array,
  from: number,
): { readonly at: number; readonly marker: number; readonly end: number } | undefined {
  for (let at = data.indexOf(0xff, from); at >= 0; at = data.indexOf(0xff, at)) {
    let code = at + 1;
    while (data[code] === 0xff) code++;
    const marker = data[code];
    if (marker === undefined) return undefined;
    if (marker !== 0) return { at, marker, end: code + 1 };
    at = code + 1;
  }
  return undefined;
}
