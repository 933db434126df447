/**
 * The logits of a tile as few bytes: float16, each as its step from the one before, high and low bytes apart, deflated. Maps of networks
 * are smooth, so that most high bytes are 0: 1.1 bytes for a pixel where float32 takes 4 (EfficientNet-B0 Unet, synthetic tissue).
 */
import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import { FtuError } from '@ftuseg/core';
import { float32ToFloat16 } from '@ftuseg/nn';

const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];

/** Low bytes are almost noise: a search for repetitions other than runs takes twice the time and finds none. */
const options = { level: 1, strategy: constants.Z_RLE, memLevel: 9 } as const;

/** Float16 beyond the range of the format become its largest number; nothing else is lost but digits. */
export async function encodeLogits(logits: Float32Array): Promise<Uint8Array> {
  const bits = float32ToFloat16(logits);
  const bytes = new Uint8Array(2 * bits.length);
  let before = 0;
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number;
    const step = ((value - before) << 16) >> 16;
    before = value;
    // Small steps of either sign become small numbers: 0, -1, 1, -2, ...
    const folded = (step << 1) ^ (step >> 15);
    bytes[i] = folded >>> 8;
    bytes[bits.length + i] = folded;
  }
  return deflate(bytes, options);
}

/**
 * @param count of values
 * @returns float16 bit patterns
 * @throws {FtuError} `bad-input` for bytes that hold something else
 */
export async function decodeLogits(encoded: Uint8Array, count: number): Promise<Uint16Array> {
  const bytes = await inflate(encoded).catch(() => undefined);
  if (bytes?.length !== 2 * count) throw new FtuError('bad-input', `these are not the logits of ${count} pixels`);
  const bits = new Uint16Array(count);
  let value = 0;
  for (let i = 0; i < count; i++) {
    const folded = ((bytes[i] as number) << 8) | (bytes[count + i] as number);
    value = (value + ((folded >>> 1) ^ -(folded & 1))) & 0xffff;
    bits[i] = value;
  }
  return bits;
}
