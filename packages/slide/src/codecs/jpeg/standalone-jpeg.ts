/**
 * A TIFF's JPEG tile as a file of its own, not decoded: a viewer must show it in the colours and the position that the slide's readers give it.
 * Source: TIFF Technical Note 2; ITU-T T.81, annex B; Adobe's APP14 marker.
 */
import { concatBytes } from '@ftuseg/core';
import type { JpegColours } from './jpeg-colours.js';
import { headerSegments, isFrame } from './jpeg-segments.js';
import { adobeMarker, tablesBody } from './jpeg-stream.js';

export interface StandaloneTile {
  readonly data: Uint8Array;
  /** Tables that the page keeps for all of its tiles (tag 347). */
  readonly tables: Uint8Array | undefined;
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3;
  /** What three samples are. */
  readonly colours: JpegColours;
}

/** Frames that browsers decode: baseline, extended and progressive with Huffman codes. */
const SHOWN: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Bytes after the end that writers add to reach an even offset. */
const MAX_PADDING = 16;

/** Where the last end-of-image marker ends; undefined for data that were cut off. */
function endOf(data: Uint8Array): number | undefined {
  for (let end = data.length; end >= Math.max(4, data.length - MAX_PADDING); end--) {
    if (data[end - 2] === 0xff && data[end - 1] === 0xd9) return end;
  }
  return undefined;
}

/** EXIF turns pictures and ICC profiles change their colours, which readers of slides do not apply; JFIF and Adobe's say colours of their own. */
const isRemark = (marker: number): boolean => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;

/** The segments before the first scan without remarks; undefined for a frame that does not fit. */
function headerOf(
  { data, width, height, samples }: StandaloneTile,
  end: number,
): { readonly parts: readonly Uint8Array[]; readonly scan: number } | undefined {
  const parts: Uint8Array[] = [];
  let framed = false;
  for (const { marker, at, next } of headerSegments(data.subarray(0, end))) {
    if (marker === 0xda) return framed ? { parts, scan: at } : undefined;
    if (next > end) return undefined;
    if (isFrame(marker)) {
      const view = new DataView(data.buffer, data.byteOffset + at, next - at);
      const fits = next - at >= 10 && view.getUint8(4) === 8 && view.getUint8(9) === samples;
      if (!(SHOWN.has(marker) && fits && view.getUint16(5) === height && view.getUint16(7) === width)) return undefined;
      framed = true;
    }
    if (!isRemark(marker)) parts.push(data.subarray(at, next));
  }
  return undefined;
}

/**
 * @returns undefined for a tile that is cut off, has another frame than its page, or is coded as browsers do not read it
 */
export function standaloneJpeg(tile: StandaloneTile): Uint8Array | undefined {
  const { data, tables, samples, colours } = tile;
  if (data[0] !== 0xff || data[1] !== 0xd8) return undefined;
  const end = endOf(data);
  const header = end === undefined ? undefined : headerOf(tile, end);
  if (header === undefined) return undefined;
  const marker = samples === 3 ? adobeMarker(colours === 'ycbcr' ? 1 : 0) : [];
  return concatBytes([[0xff, 0xd8], marker, tablesBody(tables), ...header.parts, data.subarray(header.scan, end)]);
}
