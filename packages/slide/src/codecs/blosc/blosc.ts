/**
 * Blosc's container (version 1): blocks of one compression, each perhaps in one stream per byte of an element. Written here, because the decoders
 * that can be had take the size from the data, and keep memory that damage may have changed. Source: README_CHUNK_FORMAT of c-blosc.
 */
import { decodeBloscLz } from './blosclz.js';
import { decodeLz4 } from './lz4.js';
import { unshuffleBits, unshuffleBytes } from './unshuffle.js';

const HEADER_BYTES = 16;
/** Blosc divides into streams of one byte of each element up to this many, and no shorter than that. */
const MAX_STREAMS = 16;
const MIN_STREAM_BYTES = 128;

const FLAG = { shuffled: 1, stored: 2, bitShuffled: 4, undivided: 16 } as const;

/** Decodes what Blosc holds inside: to exactly `bytes` bytes. */
export type Inflate = (data: Uint8Array, bytes: number) => Promise<Uint8Array>;

/** Compressions that a runtime brings. */
export interface BloscInflaters {
  readonly zlib: Inflate;
  readonly zstd: Inflate;
}

interface Header {
  readonly flags: number;
  readonly size: number;
  readonly blockBytes: number;
}

/**
 * @param bytes that the data must decode to; nothing of another size is decoded
 * @param check called between blocks
 * @throws {Error} for damaged data, and for compressions that are not read
 */
export async function decodeBlosc(
  data: Uint8Array,
  bytes: number,
  inflaters: BloscInflaters,
  check: () => void,
): Promise<Uint8Array> {
  const { flags, size, blockBytes } = header(data, bytes);
  if ((flags & FLAG.stored) !== 0) return exact(data.subarray(HEADER_BYTES, HEADER_BYTES + bytes), bytes);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = new Uint8Array(bytes);
  const blocks = Math.ceil(bytes / blockBytes);
  if (HEADER_BYTES + 4 * blocks > data.length) throw new Error('its table of blocks is cut off');
  for (let block = 0; block < blocks; block++) {
    check();
    const from = block * blockBytes;
    const length = Math.min(blockBytes, bytes - from);
    const divided =
      (flags & FLAG.undivided) === 0 &&
      size <= MAX_STREAMS &&
      blockBytes / size >= MIN_STREAM_BYTES &&
      length === blockBytes;
    const streams = divided ? size : 1;
    const ordered = out.subarray(from, from + length);
    let at = view.getUint32(HEADER_BYTES + 4 * block, true);
    for (let stream = 0; stream < streams; stream++) {
      if (at + 4 > data.length) throw new Error(`block ${block} passes the end`);
      const stored = view.getUint32(at, true);
      at += 4;
      if (at + stored > data.length) throw new Error(`block ${block} passes the end`);
      const part = length / streams;
      const target = ordered.subarray(stream * part, (stream + 1) * part);
      await decodeStream(data.subarray(at, at + stored), target, flags >> 5, inflaters);
      at += stored;
    }
    if ((flags & FLAG.shuffled) !== 0 && size > 1) ordered.set(unshuffleBytes(ordered, size));
    else if ((flags & FLAG.bitShuffled) !== 0 && length >= size) ordered.set(unshuffleBits(ordered, size));
  }
  return out;
}

function header(data: Uint8Array, bytes: number): Header {
  if (data.length < HEADER_BYTES) throw new Error('its header is cut off');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [version, flags, size] = [data[0], data[2] as number, data[3] as number];
  if (version !== 1 && version !== 2) throw new Error(`version ${version} of Blosc is not known`);
  const stated = view.getUint32(4, true);
  if (stated !== bytes) throw new Error(`it states ${stated} bytes where ${bytes} are needed`);
  const blockBytes = Math.min(view.getUint32(8, true), Math.max(bytes, 1));
  if (size < 1 || blockBytes < 1) throw new Error('it states elements or blocks of no bytes');
  const compressed = view.getUint32(12, true);
  if (compressed > data.length) throw new Error(`it states ${compressed} bytes and has ${data.length}`);
  return { flags, size, blockBytes };
}

async function decodeStream(
  data: Uint8Array,
  target: Uint8Array,
  compression: number,
  { zlib, zstd }: BloscInflaters,
): Promise<void> {
  if (data.length === target.length) target.set(data);
  else if (compression === 0) decodeBloscLz(data, target);
  else if (compression === 1) decodeLz4(data, target);
  else if (compression === 3) target.set(await zlib(data, target.length));
  else if (compression === 4) target.set(await zstd(data, target.length));
  else throw new Error(compression === 2 ? 'Snappy inside Blosc is not read' : `compression ${compression} of Blosc`);
}

function exact(data: Uint8Array, bytes: number): Uint8Array {
  if (data.length === bytes) return data;
  throw new Error(`it has ${data.length} bytes where ${bytes} are needed`);
}
