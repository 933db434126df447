/** Images of a MIRAX slide as RGB, whichever of its three formats they have. */
import { type Codec, type EncodedBlock, rowBytesOf } from '../../codecs/codec.js';
import { decodeBlock } from '../../codecs/decode-block.js';
import { parseJpegHeader } from '../ndpi/jpeg-header.js';
import { decodePng } from '../picture/png-pixels.js';
import { damagedMirax } from './index-file.js';
import type { MiraxLevel } from './slidedat.js';

export interface DecodeImageOptions {
  /** Of the runtime. */
  readonly codecs: readonly Codec[];
  /** For messages: `level 0, image 12`. */
  readonly where: string;
  readonly subject: string;
  readonly signal: AbortSignal | undefined;
}

const BMP_HEADER = 54;

/**
 * @returns width x height x 3
 * @throws {SlideError} `bad-input` for damage and for another size than the level's
 */
export async function decodeImage(
  data: Uint8Array,
  { format, width, height }: Pick<MiraxLevel, 'format' | 'width' | 'height'>,
  options: DecodeImageOptions,
): Promise<Uint8Array> {
  const { where, subject } = options;
  const fail = (problem: string) => damagedMirax(subject, `${where}: ${problem}`);
  if (format === 'jpeg') return decodeJpeg(data, width, height, options);
  if (format === 'bmp') return decodeBmp(data, width, height, fail);
  const size = data.length < 24 ? undefined : new DataView(data.buffer, data.byteOffset + 16, 8);
  // Before anything is decoded: a few bytes may state any size.
  if (size?.getUint32(0) !== width || size.getUint32(4) !== height)
    throw fail(`it is no PNG of ${width} x ${height} pixels`);
  return (await decodePng(data, subject)).image.data;
}

async function decodeJpeg(
  data: Uint8Array,
  width: number,
  height: number,
  { codecs, where, subject, signal }: DecodeImageOptions,
): Promise<Uint8Array> {
  const fail = (problem: string) => damagedMirax(subject, `${where}: ${problem}`);
  const codec = codecs.find(({ name }) => name === 'jpeg');
  if (codec === undefined) throw fail('there is no decoder for JPEG');
  const header = headerOf(data, fail);
  if (header.width !== width || header.height !== height) {
    throw fail(`its image has ${header.width} x ${header.height} pixels, not ${width} x ${height}`);
  }
  const samples = header.components;
  const block: EncodedBlock = {
    data,
    page: {
      compression: 'jpeg',
      photometric: samples === 1 ? 'black-is-zero' : header.colours,
      bits: 8,
      usedBits: 8,
      blockWidth: width,
      blockHeight: height,
      chroma: false,
      littleEndian: true,
      jpegTables: undefined,
    },
    width,
    height,
    samples,
    bytes: width * height * samples,
    where,
    signal,
  };
  const pixels = await decodeBlock(codec, block, subject);
  if (samples === 3) return pixels;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.fill(pixels[i] ?? 0, 3 * i, 3 * i + 3);
  return rgb;
}

function headerOf(data: Uint8Array, fail: (problem: string) => Error) {
  try {
    const header = parseJpegHeader(data);
    if (header !== undefined && (header.components === 1 || header.components === 3)) return header;
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  throw fail('it is no JPEG of one or three components');
}

/** Size of a JPEG by its header. @param fail makes the error */
export const jpegSize = headerOf;

/** Uncompressed, three bytes a pixel, blue first; the lowest row first unless the height is negative. */
function decodeBmp(data: Uint8Array, width: number, height: number, fail: (problem: string) => Error): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < BMP_HEADER || view.getUint16(0, true) !== 0x4d42) throw fail('it is no BMP');
  const [from, stated, rows] = [view.getUint32(10, true), view.getInt32(18, true), view.getInt32(22, true)];
  const isPlain = view.getUint16(28, true) === 24 && view.getUint32(30, true) === 0;
  if (!isPlain || stated !== width || Math.abs(rows) !== height)
    throw fail(`it is no BMP of 24 bits and ${width} x ${height} pixels`);
  const stride = Math.ceil(rowBytesOf({ bits: 24 }, width) / 4) * 4;
  if (from + stride * height > data.length) throw fail('its pixels are cut off');
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    let at = from + stride * (rows > 0 ? height - 1 - y : y);
    for (let to = y * width * 3; to < (y + 1) * width * 3; to += 3, at += 3) {
      out[to] = data[at + 2] as number;
      out[to + 1] = data[at + 1] as number;
      out[to + 2] = data[at] as number;
    }
  }
  return out;
}
