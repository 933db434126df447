/** The chunks of a PNG, checked, without Node. Source: W3C, Portable Network Graphics (third edition), clauses 5 and 11. */
import { SlideError } from '../../slide-error.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Channels by colour type; 1 and 5 do not exist. */
const CHANNELS: readonly (number | undefined)[] = [1, undefined, 3, 1, 2, undefined, 4];
const PALETTE = 3;

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Samples of a pixel as they are stored: 1 for a palette's index. */
  readonly channels: number;
  readonly interlaced: boolean;
  /** Red, green and blue of each index, interleaved. */
  readonly palette: Uint8Array | undefined;
  /** The content of a tRNS chunk. */
  readonly transparency: Uint8Array | undefined;
  /** Deflated rows. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

export const isPng = (head: Uint8Array): boolean => SIGNATURE.every((byte, i) => head[i] === byte);

/** @throws {SlideError} `bad-input` for a damaged file */
export function pngParts(data: Uint8Array, name: string): PngParts {
  const damaged = (problem: string): SlideError =>
    new SlideError('bad-input', `the image is damaged or cut off (${problem})`, {
      subject: name,
      hint: 'copy or export it again',
    });
  const chunks = chunksOf(data, damaged);
  const body = (type: string): Uint8Array<ArrayBuffer> | undefined => chunks.find((chunk) => chunk.type === type)?.body;
  const header = body('IHDR');
  if (header === undefined || header.length < 13) throw damaged('it has no header');
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bits = 0, type = 0, , , interlaced] = header.subarray(8);
  const channels = CHANNELS[type];
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(bits) || (channels > 1 && bits < 8)) {
    throw damaged(`its pixels of type ${type} and ${bits} bits are impossible`);
  }
  if (width < 1 || height < 1) throw damaged(`its size of ${width} x ${height} is impossible`);
  const palette = type === PALETTE ? body('PLTE') : undefined;
  if (type === PALETTE && palette === undefined) throw damaged('it has no palette');
  return {
    width,
    height,
    bits,
    channels,
    interlaced: interlaced === 1,
    palette,
    transparency: body('tRNS'),
    pieces: chunks.filter((chunk) => chunk.type === 'IDAT').map((chunk) => chunk.body),
  };
}

interface Chunk {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

function chunksOf(file: Uint8Array, damaged: (problem: string) => SlideError): Chunk[] {
  const data = file.slice();
  const view = new DataView(data.buffer);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 12 <= data.length; ) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > data.length) throw damaged(`it ends within a chunk of ${length} bytes`);
    const type = String.fromCharCode(...data.subarray(at + 4, at + 8));
    if (crc32(data.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      throw damaged(`its chunk ${type} is damaged`);
    chunks.push({ type, body: data.subarray(at + 8, end - 4) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw damaged('its end is missing');
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
