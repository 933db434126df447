/**
 * From stored samples to 8 bits: bit order, predictor, byte order, depth. Everything above sees bytes.
 * Rules: of more than 8 bits the highest 8 that are used stay (v >> 8 of 16 bits), fewer are stretched to 0..255; labels are
 * the numbers they are, and one that is no whole number from 0 to 255 is an error.
 */
import { rowBytesOf } from '../../../codecs/codec.js';
import { SlideError } from '../../../slide-error.js';
import type { TiffPage } from '../page.js';

/** Each byte with its bits the other way round. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
});

/** A copy of a block's bytes as they are with the highest bit first. */
export const reverseBits = (data: Uint8Array): Uint8Array => data.map((byte) => REVERSED[byte] as number);

/**
 * @param bytes one block's samples, decompressed; changed in place by the predictor
 * @param samples per pixel in these bytes: 1 for a plane of a planar page
 * @param file for messages
 * @returns 8-bit samples, interleaved, width x height x samples
 * @throws {SlideError} `unsupported` for labels beyond 0 to 255, and for pictures with brighter samples than the file states
 */
export function eightBit(
  page: TiffPage,
  bytes: Uint8Array,
  width: number,
  height: number,
  samples: number,
  file: string,
): Uint8Array {
  const rowSamples = width * samples;
  const { bits, predictor, sampleFormat } = page;
  if (predictor === 2) undoDifferences(page, bytes, rowSamples, height, samples);
  if (bits === 8 && sampleFormat === 'unsigned') return bytes.subarray(0, rowSamples * height);
  if (bits > 16 || sampleFormat !== 'unsigned') return numbers(page, bytes, rowSamples * height, file);
  if (bits === 16) return sixteen(page, bytes, rowSamples * height, file);
  return packed(page, bytes, rowSamples, height, file);
}

function undoDifferences(page: TiffPage, bytes: Uint8Array, rowSamples: number, height: number, samples: number): void {
  const width = page.bits / 8;
  // Little-endian order of the bytes of a sample, from the lowest.
  const order = Array.from({ length: width }, (_, i) => (page.littleEndian ? i : width - 1 - i));
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * rowSamples;
    if (width === 1) {
      for (let i = y * rowSamples + samples; i < end; i++) {
        bytes[i] = (bytes[i] as number) + (bytes[i - samples] as number);
      }
      continue;
    }
    for (let i = y * rowSamples + samples; i < end; i++) {
      let carry = 0;
      for (const b of order) {
        const at = i * width + b;
        carry += (bytes[at] as number) + (bytes[at - samples * width] as number);
        bytes[at] = carry & 255;
        carry >>= 8;
      }
    }
  }
}

function sixteen(page: TiffPage, bytes: Uint8Array, count: number, file: string): Uint8Array {
  const out = new Uint8Array(count);
  const [low, high] = page.littleEndian ? [0, 1] : [1, 0];
  if (page.content === 'picture' && page.usedBits === 16) {
    for (let i = 0, at = high; i < count; i++, at += 2) out[i] = bytes[at] as number;
    return out;
  }
  const shift = page.content === 'labels' ? 0 : page.usedBits - 8;
  for (let i = 0; i < count; i++) {
    const value = ((bytes[2 * i + high] as number) << 8) | (bytes[2 * i + low] as number);
    const eight = value >> shift;
    if (eight > 255) throw beyond(page, value, file);
    out[i] = eight;
  }
  return out;
}

/** 1 to 7 and 9 to 15 bits, packed from the highest bit of each row's first byte. */
function packed(page: TiffPage, bytes: Uint8Array, rowSamples: number, height: number, file: string): Uint8Array {
  const { bits, content } = page;
  const out = new Uint8Array(rowSamples * height);
  const rowBytes = rowBytesOf(page, rowSamples);
  const most = 2 ** bits - 1;
  // Indices and labels are numbers, brightness is stretched.
  const plain = content === 'labels' || page.photometric === 'palette';
  const scale = plain ? 1 : bits < 8 ? 255 / most : 2 ** (8 - page.usedBits);
  for (let y = 0; y < height; y++) {
    let at = y * rowBytes;
    let held = 0;
    let buffer = 0;
    for (let i = 0; i < rowSamples; i++) {
      while (held < bits) {
        buffer = ((buffer << 8) | (bytes[at++] as number)) & 0xffffff;
        held += 8;
      }
      held -= bits;
      const value = (buffer >> held) & most;
      const eight = bits < 8 ? Math.round(value * scale) : Math.floor(value * scale);
      if (eight > 255) throw beyond(page, value, file);
      out[y * rowSamples + i] = eight;
    }
  }
  return out;
}

/** Labels stored as signed, long or floating-point numbers. */
function numbers(page: TiffPage, bytes: Uint8Array, count: number, file: string): Uint8Array {
  const out = new Uint8Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian: little, bits, sampleFormat } = page;
  const width = bits / 8;
  const get = (at: number): number => {
    if (sampleFormat === 'float') return bits === 32 ? view.getFloat32(at, little) : view.getFloat64(at, little);
    const signed = sampleFormat === 'signed';
    if (bits === 8) return view.getInt8(at);
    if (bits === 16) return view.getInt16(at, little);
    if (bits === 32) return signed ? view.getInt32(at, little) : view.getUint32(at, little);
    return Number(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
  };
  for (let i = 0; i < count; i++) {
    const value = get(i * width);
    if (!(value >= 0 && value <= 255 && Number.isInteger(value))) throw beyond(page, value, file);
    out[i] = value;
  }
  return out;
}

function beyond(page: TiffPage, value: number, file: string): SlideError {
  if (page.content === 'labels') {
    return new SlideError('unsupported', `${page.name}: the label ${value} is no whole number from 0 to 255`, {
      subject: file,
      hint: 'save labels as 8-bit numbers, one per class',
    });
  }
  const stated = 2 ** page.usedBits - 1;
  return new SlideError(
    'unsupported',
    `${page.name}: a sample is ${value}, and the file states ${stated} as the largest`,
    {
      subject: file,
      hint: 'save it with 8 bits per channel',
    },
  );
}
