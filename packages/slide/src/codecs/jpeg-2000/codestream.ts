/** What a JPEG 2000 codestream says of itself before its samples. Source: ITU-T T.800, annexes A (markers), G (component transforms) and I (boxes). */
import { SlideError } from '../../slide-error.js';
import type { EncodedBlock } from '../codec.js';

const START = 0xff4fff51;
/** Markers of coding styles: for all components, for one of them. */
const [CODING, CODING_OF_COMPONENT] = [0xff52, 0xff53];
const START_OF_TILE = 0xff90;
const START_OF_DATA = 0xff93;

const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

/** The codestream inside the boxes of a .jp2 file; data that are one already come back as they are. */
export function codestreamOf(data: Uint8Array): Uint8Array {
  const view = viewOf(data);
  if (data.length >= 4 && view.getUint32(0) === START) return data;
  for (let at = 0; at + 8 <= data.length; ) {
    const length = view.getUint32(at);
    // 'jp2c'; a length of 0 means up to the end.
    if (view.getUint32(at + 4) === 0x6a703263) return data.subarray(at + 8, length === 0 ? data.length : at + length);
    if (length < 8) break;
    at += length;
  }
  return data;
}

/** Columns and rows as the SIZ marker has them; for data of at least 42 bytes. */
export function sizeOf(data: Uint8Array): { readonly width: number; readonly height: number } {
  const view = viewOf(data);
  return { width: view.getUint32(8) - view.getUint32(16), height: view.getUint32(12) - view.getUint32(20) };
}

/**
 * Reads the SIZ marker: a codestream that promises other pixels than the block has never reaches the decoder.
 * @returns bits of a sample: as many as the page has, or from 9 to 15 where it has 16
 * @throws {Error} what it promises; SlideError `unsupported` for a sound one that is not decoded here
 */
export function checkCodestream(
  data: Uint8Array,
  { page, width, height, samples }: Pick<EncodedBlock, 'page' | 'width' | 'height' | 'samples'>,
): number {
  const view = viewOf(data);
  if (data.length < 42 || view.getUint32(0) !== START) throw new Error('it does not start as a JPEG 2000 codestream');
  const { width: columns, height: rows } = sizeOf(data);
  const components = view.getUint16(40);
  if (columns !== width || rows !== height || components !== samples || data.length < 42 + 3 * components) {
    throw new Error(
      `it has ${columns} x ${rows} x ${components} where the block has ${width} x ${height} x ${samples}`,
    );
  }
  const [tileColumns, tileRows] = [view.getUint32(24), view.getUint32(28)];
  // A tile table of a million entries for a block of 256 x 256 is an attack, not a picture.
  if (tileColumns === 0 || tileRows === 0 || Math.ceil(columns / tileColumns) * Math.ceil(rows / tileRows) > 4096) {
    throw new Error(`its tiles of ${tileColumns} x ${tileRows} are impossible`);
  }
  const depth = (data[42] as number) + 1;
  for (let c = 0; c < components; c++) {
    const [own = 0, across, down] = [data[42 + 3 * c], data[43 + 3 * c], data[44 + 3 * c]];
    // The highest bit says that samples are signed.
    if (own >= 0x80) throw refusal('signed samples are');
    if (own + 1 !== depth) throw refusal('samples of different depths are');
    if (across !== 1 || down !== 1) throw refusal('subsampled chroma is');
  }
  const fits = page.bits === 16 ? depth > 8 && depth <= 16 : depth === page.bits;
  if (!fits) throw refusal(`samples of ${depth} bits where the file states ${page.bits} are`);
  return depth;
}

const refusal = (what: string): SlideError =>
  new SlideError('unsupported', `${what} not supported inside JPEG 2000`, { hint: 'save it as 8-bit grey or RGB' });

/** Where the marker of default coding styles begins in the main header; undefined where it is missing. */
function codingAt(data: Uint8Array): number | undefined {
  const view = viewOf(data);
  for (let at = 2; at + 14 < data.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === CODING) return at;
    if (marker === START_OF_TILE) break;
  }
  return undefined;
}

/** Whether the codestream applies a multiple component transform (Scod, SGcod: its last byte). */
export function transforms(data: Uint8Array): boolean {
  const at = codingAt(data);
  return at !== undefined && data[at + 8] === 1;
}

/** How a codestream is coded as a whole. */
export interface CodingStyle {
  /** The transform of components that it undoes itself: none, the irreversible or the reversible one. */
  readonly transform: 'none' | 'irreversible' | 'reversible';
  /** Of the wavelet: 9-7, or 5-3. */
  readonly isReversible: boolean;
}

/** @returns undefined where components or tiles inside it have styles of their own, or for a damaged one */
export function codingStyleOf(data: Uint8Array): CodingStyle | undefined {
  const at = codingAt(data);
  if (at === undefined || hasOwnStyles(data)) return undefined;
  const isReversible = data[at + 13] === 1;
  if (data[at + 8] === 0) return { transform: 'none', isReversible };
  return { transform: isReversible ? 'reversible' : 'irreversible', isReversible };
}

/** Whether a component in the main header, or the header of any part of a tile, has coding styles. */
function hasOwnStyles(data: Uint8Array): boolean {
  const view = viewOf(data);
  let [at, part] = [2, 0];
  while (at + 4 <= data.length) {
    const marker = view.getUint16(at);
    if (marker === CODING_OF_COMPONENT || (marker === CODING && part > 0)) return true;
    if (marker === START_OF_DATA) {
      const length = view.getUint32(part + 6);
      // 0: up to the end.
      if (length === 0) return false;
      if (length < 14) return true;
      at = part + length;
      continue;
    }
    if (marker === START_OF_TILE) {
      if (at + 12 > data.length) return true;
      part = at;
    }
    if (marker < 0xff00) return true;
    at += 2 + view.getUint16(at + 2);
  }
  return false;
}

/**
 * The same samples, of which the decoder makes RGB: YCbCr of full range is what the irreversible component transform of JPEG 2000 undoes (equation G-9), so
 * that one byte of the header says it.
 * @param data a codestream of YCbCr with the wavelet 9-7, without a component transform
 */
export function withIrreversibleTransform(data: Uint8Array): Uint8Array {
  const at = codingAt(data);
  if (at === undefined) throw new RangeError('the codestream has no coding style');
  const out = data.slice();
  out[at + 8] = 1;
  return out;
}
