/** Frames of a segmentation into a band of labels. Source: PS3.5, 8.1.1: bits from the lowest of each byte on. */
import { damaged } from '../../formats/dicom/structure/cursor.js';
import { SlideError } from '../../slide-error.js';
import type { SegmentFrame, SegmentPixels } from './segmentation-header.js';

/** Columns of the slide from `left` on. */
export interface Band {
  readonly left: number;
  readonly plane: { readonly width: number; readonly data: Uint8Array };
}

export interface ReadFrame extends SegmentFrame {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: Uint8Array;
  /** Bits before its first. */
  readonly skip: number;
}

interface Whole {
  readonly width: number;
  readonly height: number;
  /** Of the file, for messages. */
  readonly path: string;
}

/** @throws {SlideError} `bad-input` for segments that overlap or reach beyond the slide, and for numbers that are of no segment */
export function paintFrame(band: Band, frame: ReadFrame, pixels: SegmentPixels, whole: Whole): void {
  if (pixels.bits === 1) paintBits(band, frame, whole);
  else paintNumbers(band, frame, pixels, whole);
}

function paintBits(band: Band, frame: ReadFrame, whole: Whole): void {
  const { rows, columns, bytes, skip, segment = 0 } = frame;
  for (let at = 0; at < rows * columns; at++) {
    const bit = at + skip;
    const octet = bytes[bit >> 3] as number;
    if (octet === 0) {
      // To the next byte.
      at += 7 - (bit & 7);
      continue;
    }
    if ((octet & (1 << (bit & 7))) !== 0) put(band, frame, at, segment, whole);
  }
}

function paintNumbers(
  band: Band,
  frame: ReadFrame,
  { bits, background, segments }: Exclude<SegmentPixels, { readonly bits: 1 }>,
  whole: Whole,
): void {
  const { rows, columns, bytes } = frame;
  for (let at = 0; at < rows * columns; at++) {
    const number =
      bits === 8 ? (bytes[at] as number) : (bytes[2 * at] as number) | ((bytes[2 * at + 1] as number) << 8);
    if (number === background) continue;
    if (!segments.has(number)) {
      throw damaged(whole.path, 'its pixels', `one is of segment ${number}, which there is not`);
    }
    put(band, frame, at, number, whole);
  }
}

/** Gives the pixel `at` of a frame its label, where it lies in the band. */
function put({ left, plane }: Band, frame: ReadFrame, at: number, label: number, { width, height, path }: Whole): void {
  const [x, y] = [frame.left + (at % frame.columns), frame.top + Math.floor(at / frame.columns)];
  if (x >= width || y >= height) {
    throw damaged(path, `segment ${label}`, `it reaches beyond the slide, to column ${x + 1}, row ${y + 1}`);
  }
  if (x < left || x >= left + plane.width) return;
  const place = y * plane.width + x - left;
  const other = plane.data[place] as number;
  if (other !== 0 && other !== label) {
    throw new SlideError('bad-input', `segments ${other} and ${label} overlap at column ${x + 1}, row ${y + 1}`, {
      subject: path,
      hint: 'labels have one value for each pixel: export the segments one by one',
    });
  }
  plane.data[place] = label;
}
