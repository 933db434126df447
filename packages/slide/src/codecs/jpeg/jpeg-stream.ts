/**
 * A TIFF's JPEG block made complete: its tables are stored once per page (tag 347), and what its components mean may stand in
 * the photometric tag, where a JPEG decoder would guess. Source: TIFF Technical Note 2; ITU-T T.81; Adobe's APP14 marker.
 */
import { concatBytes } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import type { EncodedBlock } from '../codec.js';
import { storedBlock } from '../cut-block.js';
import { jpegColours } from './jpeg-colours.js';
import { checkScans } from './jpeg-scan.js';
import { headerSegments, isFrame } from './jpeg-segments.js';

const START = [0xff, 0xd8];
const END = [0xff, 0xd9];

/** Frames that all decoders take: baseline, extended and progressive, with Huffman or arithmetic codes. */
const DECODED: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

/** APP14 with transform 0 (components are RGB) or 1 (YCbCr). */
export const adobeMarker = (transform: 0 | 1): readonly number[] => [
  ...[0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform],
];

/**
 * @returns the block as it is stored: smaller where a tile is cut at the page's edge
 * @throws {Error} when the data do not start as a JPEG, or when its frame has another size than the block
 */
export function checkJpeg(block: EncodedBlock): EncodedBlock {
  if (block.data[0] !== 0xff || block.data[1] !== 0xd8) throw new Error('it does not start as a JPEG');
  return checkFrame(block);
}

/** The stream with its tables, and with one marker that says what its three components are; for data that `checkJpeg` has passed. */
export function completeJpeg({ data, page, samples }: EncodedBlock): Uint8Array {
  const tables = tablesBody(page.jpegTables);
  if (samples !== 3) return concatBytes([START, tables, data.subarray(2)]);
  const marker = adobeMarker(jpegColours(data, page.photometric) === 'ycbcr' ? 1 : 0);
  return concatBytes([START, marker, tables, ...withoutColours(data)]);
}

/** The tables without the markers around them; nothing where the page has none. What they say of colours is of no tile. */
export function tablesBody(tables: Uint8Array | undefined): Uint8Array {
  if (tables === undefined) return new Uint8Array(0);
  const end = tables.length - 2;
  if (tables[0] !== 0xff || tables[1] !== 0xd8) throw new Error('the JPEG tables (tag 347) are damaged');
  return concatBytes(
    withoutColours(tables[end] === 0xff && tables[end + 1] === 0xd9 ? tables.subarray(0, end) : tables),
  );
}

/** A stream behind its start marker, in pieces, without the segments by which decoders know colours. */
function withoutColours(stream: Uint8Array): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  let from = 2;
  for (const { marker, at, next } of headerSegments(stream)) {
    if (marker !== 0xe0 && marker !== 0xee) continue;
    kept.push(stream.subarray(from, at));
    from = next;
  }
  return [...kept, stream.subarray(from)];
}

/**
 * A complete stream without what decoders warn of and what costs no pixel: padding, and a missing end marker.
 * @returns undefined for a stream that cannot be walked
 * @throws {Error} as `checkScans`, for one of which samples are missing
 */
export function withoutWarnings(stream: Uint8Array): Uint8Array | undefined {
  const walked = checkScans(stream);
  if (walked === undefined) return undefined;
  const { padding, ended } = walked;
  if (padding.length === 0 && ended) return stream;
  const starts = [0, ...padding.map(({ to }) => to)];
  const ends = [...padding.map(({ from }) => from), stream.length];
  const kept = starts.map((start, i) => stream.subarray(start, ends[i]));
  return concatBytes(ended ? kept : [...kept, END]);
}

/** Finds the frame header, so that a frame of 65,535 x 65,535 is refused before a decoder believes it. */
function checkFrame(block: EncodedBlock): EncodedBlock {
  const { data, width, height } = block;
  for (const { marker, at } of headerSegments(data)) {
    if (!isFrame(marker) || at + 9 >= data.length) continue;
    if (!DECODED.has(marker)) {
      throw new SlideError('unsupported', 'lossless and hierarchical JPEGs are not supported', {
        hint: 'save it with JPEG, LZW, Deflate or no compression',
      });
    }
    const rows = (data[at + 5] as number) * 256 + (data[at + 6] as number);
    const columns = (data[at + 7] as number) * 256 + (data[at + 8] as number);
    // Some writers store the last strip, or an edge tile, at its full size or at the part that is used.
    const stored = columns <= width && rows <= 65500 ? storedBlock(block, { width: columns, height: rows }) : undefined;
    if (stored !== undefined && rows * columns <= 4 * width * Math.max(height, 256)) return stored;
    throw new Error(`its frame has ${columns} x ${rows} pixels where the block has ${width} x ${height}`);
  }
  throw new Error('it has no frame header');
}
