/**
 * The header of a level's JPEG: where its samples begin, how they are cut into restart intervals, and the header that some of these intervals need to
 * be a JPEG of their own. Its frame may state no size, or a wrong one: a JPEG has at most 65,535 rows and columns, a level more.
 * Source: ITU-T T.81, annex B.
 */
import { concatBytes } from '@ftuseg/core';
import { type JpegColours, jpegColours } from '../../codecs/jpeg/jpeg-colours.js';
import { isFrame } from '../../codecs/jpeg/jpeg-segments.js';

export interface JpegHeader {
  /** Bytes before the first sample. */
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** What three components are where nothing but the JPEG says it. */
  readonly colours: JpegColours;
  /** One scan of all components with Huffman codes: what stands between two restart markers can be decoded by itself. */
  readonly isSequential: boolean;
  /** Pixels of the smallest unit that is coded at once. */
  readonly unitWidth: number;
  readonly unitHeight: number;
  /** 8 x 8 blocks of a unit. */
  readonly unitBlocks: number;
  /** Units of a restart interval; 0: there are none. */
  readonly interval: number;
  /** Chroma has fewer rows, so that its rows are interpolated from those above and below. */
  readonly sharesRows: boolean;
  /** The header of a JPEG of that size with the same tables, sampling and restart interval. */
  of(width: number, height: number): Uint8Array;
}

const word = (data: Uint8Array, at: number): number => (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);

/** What decoding needs: tables, the restart interval, what components mean (JFIF, Adobe). */
const isKept = (marker: number): boolean =>
  marker === 0xc4 || marker === 0xdb || marker === 0xdd || marker === 0xe0 || marker === 0xee;

/**
 * @param data the first bytes of the JPEG
 * @returns undefined where the header goes on behind them
 * @throws {Error} with the reason, for what is no JPEG
 */
export function parseJpegHeader(data: Uint8Array): JpegHeader | undefined {
  if (data.length < 4) return undefined;
  if (word(data, 0) !== 0xffd8) throw new Error('it does not start as a JPEG');
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8)];
  let frame: { readonly body: Uint8Array; readonly marker: number; readonly part: number } | undefined;
  let interval = 0;
  for (let at = 2; at + 4 <= data.length; ) {
    const marker = data[at + 1] ?? 0;
    if (data[at] !== 0xff) throw new Error('the markers of its JPEG header are damaged');
    if (marker === 0xff) {
      at++;
      continue;
    }
    const next = at + 2 + word(data, at + 2);
    if (next < at + 4) throw new Error('a segment of its JPEG header has no length');
    if (next > data.length) return undefined;
    const body = data.subarray(at + 4, next);
    if (marker === 0xdd) interval = word(body, 0);
    if (isFrame(marker)) {
      if (frame !== undefined) throw new Error('its JPEG has two frames');
      frame = { body, marker, part: parts.length };
    }
    if (isFrame(marker) || isKept(marker) || marker === 0xda) parts.push(data.slice(at, next));
    if (marker === 0xda) {
      if (frame === undefined) throw new Error('its JPEG has no frame');
      return describe(frame, { parts, interval, length: next, scanned: body[0] ?? 0, colours: jpegColours(data) });
    }
    at = next;
  }
  return undefined;
}

interface Found {
  readonly parts: readonly Uint8Array[];
  readonly interval: number;
  readonly length: number;
  /** Components of the first scan. */
  readonly scanned: number;
  readonly colours: JpegColours;
}

function describe(
  { body, marker, part }: { readonly body: Uint8Array; readonly marker: number; readonly part: number },
  { parts, interval, length, scanned, colours }: Found,
): JpegHeader {
  const components = body[5] ?? 0;
  if (components < 1 || body.length < 6 + 3 * components) throw new Error('the frame of its JPEG is damaged');
  const sampling = Array.from({ length: components }, (_, i) => {
    const factors = body[7 + 3 * i] ?? 0;
    return { across: factors >> 4, down: factors & 15 };
  });
  if (sampling.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) {
    throw new Error('the sampling factors of its JPEG are impossible');
  }
  // One component is coded block by block, whatever its factors.
  const alone = components === 1;
  const across = alone ? 1 : Math.max(...sampling.map((one) => one.across));
  const down = alone ? 1 : Math.max(...sampling.map((one) => one.down));
  return {
    length,
    interval,
    components,
    colours,
    height: word(body, 1),
    width: word(body, 3),
    isSequential: (marker === 0xc0 || marker === 0xc1) && scanned === components,
    unitWidth: 8 * across,
    unitHeight: 8 * down,
    unitBlocks: alone ? 1 : sampling.reduce((sum, one) => sum + one.across * one.down, 0),
    sharesRows: sampling.some((one) => !alone && one.down < down),
    of: (width, height) => {
      const header = concatBytes(parts);
      const at = parts.slice(0, part).reduce((sum, { length: bytes }) => sum + bytes, 5);
      header.set([height >> 8, height & 255, width >> 8, width & 255], at);
      return header;
    },
  };
}
