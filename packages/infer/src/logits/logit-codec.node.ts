/**
 * The logits of a tile as few bytes: float16, each as its step from the one before, high and low bytes apart, deflated. Maps of networks
 * are smooth, so that most high bytes are 0: 1.1 bytes for a pixel where float32 takes 4 (EfficientNet-B0 Unet, synthetic tissue).
 */
import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import { FtuError } from '@ftuseg/core';
import { float32ToFloat16 } from '@ftuseg/nn';

const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];

/** Zlib hands its output over in chunks, each by way of the event loop: one is enough. */
const LEAST_CHUNK = 1024;
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
  return deflate(bytes, { ...options, chunkSize: Math.max(bytes.length, LEAST_CHUNK) });
}

/** What `encodeLogits` gave, inflated; `unfoldLogits` makes numbers of it. */
export interface FoldedLogits {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/**
 * @param count of values
 * @throws {FtuError} `bad-input` for bytes that hold something else
 */
export async function inflateLogits(encoded: Uint8Array, count: number): Promise<FoldedLogits> {
  const chunkSize = Math.max(2 * count, LEAST_CHUNK);
  const bytes = await inflate(encoded, { chunkSize }).catch(() => undefined);
  if (bytes?.length !== 2 * count) throw new FtuError('bad-input', `these are not the logits of ${count} pixels`);
  return { bytes, count };
}

/** @returns float16 bit patterns, in `out` if it is given */
export function unfoldLogits({ bytes, count }: FoldedLogits, out = new Uint16Array(count)): Uint16Array {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const folded = ((bytes[i] as number) << 8) | (bytes[count + i] as number);
    value = (value + ((folded >>> 1) ^ -(folded & 1))) & 0xffff;
    out[i] = value;
  }
  return out;
}
