/** Deflate by Node's zlib, on the thread pool. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { type Codec, type EncodedBlock, rowBytesOf } from '../codec.js';
import { deflateFacts } from './facts.js';

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

async function decode({ data, page, samples, bytes }: EncodedBlock): Promise<Uint8Array> {
  // Writers pad the last strip of a page to its full height. Beyond that zlib stops, which is what ends a decompression bomb.
  const whole = page.chroma ? 2 * bytes : rowBytesOf(page, page.blockWidth * samples) * page.blockHeight;
  const out = await inflateAsync(data, { maxOutputLength: Math.max(bytes, whole) + 65536 });
  // Views of a plain array are made much faster than those of Node's Buffer, and rows are copied by views.
  return new Uint8Array(out.buffer, out.byteOffset, out.length);
}

export const deflate: Codec = { ...deflateFacts, decode };
