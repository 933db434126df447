/**
 * The two headers of an .ets, little-endian. `SIS\0`: size of the header (64), version, coordinates of a tile, where the second header is and how long, where
 * the table of tiles is and how many there are. `ETS\0`: version, type of samples, samples per pixel, colour space, compression, quality, width, height and
 * depth of a tile, 17 numbers of hints, 40 bytes of background, order of components, whether the last coordinate is a level; and since version 3.5, at 184,
 * how many sizes follow and these: width, height, other dimensions. Facts: slideio's structures, Bio-Formats, openreadout's and fastslide's descriptions.
 */
import type { ByteSource } from '../../source/byte-source.js';
import { longAt, viewOf } from '../czi/segments.js';
import { damagedVsi, unsupportedVsi } from './errors.js';

export type EtsCompression = 'none' | 'jpeg' | 'jpeg-2000' | 'png';

export interface EtsHeader {
  /** For messages: `_scan_/stack10001/frame_t.ets`. */
  readonly file: string;
  /** Coordinates of a tile: column, row, others, the level. */
  readonly coordinates: number;
  readonly table: number;
  readonly tiles: number;
  readonly samples: number;
  /** Bits of a sample; undefined where it is no unsigned number of 8 or 16 bits. */
  readonly bits: 8 | 16 | undefined;
  /** Samples are grey, or red, green and blue; undefined for a palette and the like. */
  readonly colours: 'grey' | 'rgb' | undefined;
  readonly compression: EtsCompression | undefined;
  /** The number of the compression. */
  readonly compressionCode: number;
  /** Pixels. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tileDepth: number;
  /** Of places without a tile, as samples are stored. */
  readonly background: Uint8Array;
  /** Uncompressed samples have blue first. */
  readonly isBlueFirst: boolean;
  /** The last coordinate of a tile is its level. */
  readonly hasLevels: boolean;
  /** Of level 0, pixels, where the header states them. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

const SIS_BYTES = 64;
const COORDINATES = { least: 3, most: 10 } as const;
/** Up to and with the flag of levels. */
const MIN_ETS_BYTES = 156;
const MAX_ETS_BYTES = 4096;
const SIZES_AT = 184;
const [BACKGROUND_AT, BACKGROUND_BYTES] = [108, 40];
/** Of a side of a tile, pixels. */
const MAX_TILE = 1 << 14;
const COMPRESSIONS: Readonly<Record<number, EtsCompression>> = { 0: 'none', 2: 'jpeg', 3: 'jpeg-2000', 8: 'png' };
const BITS: Readonly<Record<number, 8 | 16>> = { 2: 8, 4: 16 };
/** 0 is unknown; files of colour have 4, BGR, whichever order their samples have. */
const COLOUR_SPACES: Readonly<Record<number, readonly number[]>> = { 1: [0, 1], 3: [0, 3, 4] };

/** Whether a file of these first bytes is an .ets. */
export const isEts = (head: Uint8Array): boolean => String.fromCharCode(...head.subarray(0, 4)) === 'SIS\0';

/**
 * @param file for messages
 * @throws {SlideError} `bad-input`, naming the .vsi and this file, for what is no .ets or states what cannot be
 */
export async function readEtsHeader(source: ByteSource, file: string, subject: string): Promise<EtsHeader> {
  const fail = (problem: string) => damagedVsi(subject, `${file}: ${problem}`);
  if (source.size < SIS_BYTES) throw fail(`${source.size} bytes are too few`);
  const head = await source.read(0, SIS_BYTES);
  if (!isEts(head)) throw fail('it does not begin as an .ets');
  const sis = viewOf(head);
  const coordinates = sis.getUint32(12, true);
  const [at, length] = [longAt(sis, 16), sis.getUint32(24, true)];
  const isPlausible = length >= MIN_ETS_BYTES && length <= MAX_ETS_BYTES;
  if (sis.getUint32(4, true) !== SIS_BYTES || !isPlausible) throw fail('its header has an impossible size');
  if (!(at >= SIS_BYTES && at + length <= source.size)) throw fail('its second header lies outside the file');
  if (coordinates < COORDINATES.least || coordinates > COORDINATES.most)
    throw fail(`${coordinates} coordinates of a tile are impossible`);
  const bytes = await source.read(at, length);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'ETS\0') throw fail('its second header does not begin as one');
  const ets = viewOf(bytes);
  const number = (place: number): number => ets.getUint32(place, true);
  const [samples, tileWidth, tileHeight] = [number(12), number(28), number(32)];
  if (tileWidth < 1 || tileHeight < 1 || tileWidth > MAX_TILE || tileHeight > MAX_TILE) {
    throw fail(`tiles of ${tileWidth} x ${tileHeight} pixels are impossible`);
  }
  const bits = BITS[number(8)];
  const backgroundBytes = Math.min(BACKGROUND_BYTES, (samples * (bits ?? 8)) / 8);
  const isColour = COLOUR_SPACES[samples]?.includes(number(16)) === true;
  return {
    file,
    coordinates,
    table: longAt(sis, 32),
    tiles: sis.getUint32(40, true),
    samples,
    bits,
    colours: isColour ? (samples === 1 ? 'grey' : 'rgb') : undefined,
    compression: COMPRESSIONS[number(20)],
    compressionCode: number(20),
    tileWidth,
    tileHeight,
    tileDepth: number(36),
    background: bytes.slice(BACKGROUND_AT, BACKGROUND_AT + backgroundBytes),
    isBlueFirst: number(148) === 1,
    hasLevels: number(152) !== 0,
    size: statedSize(ets, coordinates, fail),
  };
}

/** Width and height of the list of sizes, which early versions leave empty. */
function statedSize(ets: DataView, coordinates: number, fail: (problem: string) => Error): EtsHeader['size'] {
  const count = ets.byteLength < SIZES_AT + 4 ? 0 : ets.getUint32(SIZES_AT, true);
  if (count === 0) return undefined;
  if (count < 2 || count >= coordinates || SIZES_AT + 4 + 4 * count > ets.byteLength) {
    throw fail(`a list of ${count} sizes is impossible`);
  }
  const [width, height] = [ets.getUint32(SIZES_AT + 4, true), ets.getUint32(SIZES_AT + 8, true)];
  if (width < 1 || height < 1) throw fail(`${width} x ${height} pixels are impossible`);
  return { width, height };
}

const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = { 5: 'lossless JPEG', 9: 'BMP' };

/** What is read: 8 bits, grey or red, green and blue, in compressions that public readers agree on. */
export type ReadableHeader = EtsHeader & {
  readonly samples: 1 | 3;
  readonly compression: EtsCompression;
};

/** @throws {SlideError} `unsupported` for other kinds of pixels, in one sentence */
export function checkReadable(header: EtsHeader, subject: string): ReadableHeader {
  const { file, bits, samples, colours, compression, compressionCode, tileDepth } = header;
  if (bits !== 8) {
    const what = bits === 16 ? 'samples of 16 bits, such as of fluorescence,' : 'samples that are not of 8 bits';
    throw unsupportedVsi(subject, `${file}: ${what} are not supported`, 'export it as 8-bit RGB');
  }
  if (colours === undefined || (samples !== 1 && samples !== 3)) {
    throw unsupportedVsi(subject, `${file}: ${samples} samples per pixel in this colour space are not supported`);
  }
  if (compression === undefined) {
    const name = OTHER_COMPRESSIONS[compressionCode] ?? `compression ${compressionCode}`;
    throw unsupportedVsi(subject, `${file}: ${name} in an .ets is not supported`);
  }
  if (tileDepth > 1) throw unsupportedVsi(subject, `${file}: tiles of ${tileDepth} planes are not supported`);
  return { ...header, samples, compression };
}
