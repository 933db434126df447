/** The segments of a JPEG's header, from its start to its first scan. Source: ITU-T T.81, annex B. */

export interface Segment {
  readonly marker: number;
  /** Where its marker begins, and behind its last byte. */
  readonly at: number;
  readonly next: number;
}

/** Ends where the data end, at what is no marker, and behind the header of the first scan. */
export function* headerSegments(data: Uint8Array): Generator<Segment> {
  for (let at = 2; at + 4 <= data.length && data[at] === 0xff; ) {
    const marker = data[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const next = at + 2 + (data[at + 2] as number) * 256 + (data[at + 3] as number);
    yield { marker, at, next };
    if (marker === 0xda) return;
    at = next;
  }
}

export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
