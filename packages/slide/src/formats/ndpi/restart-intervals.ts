/**
 * The bytes of restart intervals: by the file's list where every marker stands where the list says, by looking for markers where one does not. A list
 * that is off by one would show every tile in its neighbour's place.
 */
import type { ByteSource, Piece } from '../../source/byte-source.js';
import { MarkerScan } from './marker-scan.js';
import type { StatedStarts } from './stated-starts.js';

const MARKER_BYTES = 2;

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

  /** The samples of intervals, without the markers around them. */
  async read(intervals: readonly number[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    const stated = await this.#stated(intervals, signal);
    return Promise.all(intervals.map((interval, i) => stated[i] ?? this.#searched(interval, signal)));
  }

  /** By the list; undefined for those that do not lie where it says. */
  async #stated(
    intervals: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const { stated, from, to, count } = this.#options;
    if (stated === undefined) return [];
    const places = await Promise.all(
      intervals.map(async (interval): Promise<Piece | undefined> => {
        const start = await stated.startOf(interval);
        const end = interval + 1 < count ? await stated.startOf(interval + 1) : to;
        if (start === undefined || end === undefined || start < from || end > to) return undefined;
        return interval > 0 || start === from ? this.#placeOf(interval, start, end) : undefined;
      }),
    );
    const found = places.filter((place) => place !== undefined);
    const pieces = await readPieces(this.#options.source, found, signal);
    let next = 0;
    return places.map((place, i) => {
      const data = place === undefined ? undefined : pieces[next++];
      return data === undefined ? undefined : this.#samplesOf(intervals[i] ?? 0, data);
    });
  }

  /** By its markers. */
  async #searched(interval: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { source, damaged } = this.#options;
    this.#scan ??= new MarkerScan(this.#options);
    const [start, end] = await this.#scan.locate(interval, signal);
    const place = this.#placeOf(interval, start, end);
    const data = place && (await source.read(place.offset, place.length, { signal }));
    const samples = data && this.#samplesOf(interval, data);
    if (samples === undefined) throw damaged(`restart interval ${interval} at ${start} is damaged`);
    return samples;
  }

  /** An interval with the markers around it; undefined for more or less than one can have. */
  #placeOf(interval: number, start: number, end: number): Piece | undefined {
    const { count, maxBytes } = this.#options;
    // What stands behind the last interval may be longer than it.
    const until = interval + 1 === count ? Math.min(end, start + maxBytes) : end;
    if (until <= start || until - start > maxBytes) return undefined;
    const before = interval === 0 ? 0 : MARKER_BYTES;
    return { offset: start - before, length: until - start + before };
  }

  /** @returns undefined where the markers around it, and no others, do not stand there */
  #samplesOf(interval: number, data: Uint8Array): Uint8Array | undefined {
    const isLast = interval + 1 === this.#options.count;
    const before = interval === 0 ? 0 : MARKER_BYTES;
    if (before > 0 && !(data[0] === 0xff && data[1] === 0xd0 + ((interval - 1) & 7))) return undefined;
    const found = firstMarker(data, before);
    if (found === undefined) return isLast ? data.subarray(before) : undefined;
    const isRestart = found.marker >= 0xd0 && found.marker <= 0xd7;
    const sound = isLast ? !isRestart : found.marker === 0xd0 + (interval & 7) && found.end === data.length;
    return sound ? data.subarray(before, found.at) : undefined;
  }
}

/** Pieces in as few reads as the source can do. */
async function readPieces(
  source: ByteSource,
  places: readonly Piece[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const [first] = places;
  if (first === undefined) return [];
  // Those of a level of one column lie one behind the other, and share the markers between them.
  const end = Math.max(...places.map(({ offset, length }) => offset + length));
  const total = places.reduce((sum, { length }) => sum + length, 0);
  if (end - first.offset <= total && places.every(({ offset }) => offset >= first.offset)) {
    const data = await source.read(first.offset, end - first.offset, { signal });
    return places.map(({ offset, length }) => data.subarray(offset - first.offset, offset - first.offset + length));
  }
  if (source.readPieces === undefined) {
    return Promise.all(places.map(({ offset, length }) => source.read(offset, length, { signal })));
  }
  const data = await source.readPieces(places);
  let at = 0;
  return places.map(({ length }) => {
    at += length;
    return data.subarray(at - length, at);
  });
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
