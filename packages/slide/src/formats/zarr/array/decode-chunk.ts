/** The bytes of a chunk back through its codecs. Every one of them is told how many bytes must come out, and makes no more. */
import { type BloscInflaters, decodeBlosc } from '../../../codecs/blosc/blosc.js';
import { decodeLz4 } from '../../../codecs/blosc/lz4.js';
import type { BlockLayout, Codec, EncodedBlock } from '../../../codecs/codec.js';
import { inflateStream } from '../../../codecs/deflate/inflate-stream.js';
import { withoutSum } from './crc32c.js';
import type { ByteCodec } from './zarr-array.js';

export interface DecodeOptions {
  /** Of the runtime. */
  readonly codecs: readonly Codec[];
  /** For messages: `level 0, chunk 0/3/5`. */
  readonly where: string;
  readonly signal: AbortSignal | undefined;
  /** @throws when the read is cancelled */
  check(): void;
}

/** No compression makes its input longer than this: what is stored in more is not looked at. */
export const mostStored = (bytes: number): number => bytes + (bytes >> 3) + 4096;

/**
 * @param bytes that come out
 * @throws {Error} for damaged data
 */
export async function decodeChunk(
  stored: Uint8Array,
  steps: readonly ByteCodec[],
  bytes: number,
  options: DecodeOptions,
): Promise<Uint8Array> {
  let data = stored;
  for (const [i, step] of [...steps.entries()].reverse()) {
    options.check();
    // Sums that were added before a compression are inside it.
    const inside = bytes + 4 * steps.slice(0, i).filter((before) => before === 'crc32c').length;
    data = await decodeStep(data, step, inside, options);
  }
  if (data.length !== bytes) throw new Error(`${data.length} bytes were decoded where ${bytes} are needed`);
  return data;
}

/** One more byte than is needed shows data that are too long. */
const inflated = (data: Uint8Array, bytes: number, frame: 'deflate' | 'gzip'): Promise<Uint8Array> =>
  inflateStream(data, bytes + 1, frame);

async function decodeStep(
  data: Uint8Array,
  step: ByteCodec,
  bytes: number,
  options: DecodeOptions,
): Promise<Uint8Array> {
  if (step === 'crc32c') return withoutSum(data);
  if (step === 'gzip') return inflated(data, bytes, 'gzip');
  if (step === 'zlib') return inflated(data, bytes, 'deflate');
  if (step === 'zstd') return byRuntime('zstd', data, bytes, options);
  if (step === 'lz4') return lz4(data, bytes);
  const inflaters: BloscInflaters = {
    zlib: (part, length) => inflated(part, length, 'deflate'),
    zstd: (part, length) => byRuntime('zstd', part, length, options),
  };
  return decodeBlosc(data, bytes, inflaters, options.check);
}

/** The size of what is inside comes before numcodecs' LZ4. */
function lz4(data: Uint8Array, bytes: number): Uint8Array {
  const stated = data.length < 4 ? 0 : new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  if (stated !== bytes) throw new Error(`it states ${stated} bytes where ${bytes} are needed`);
  const out = new Uint8Array(bytes);
  decodeLz4(data.subarray(4), out);
  return out;
}

/** A codec of TIFF blocks, given the bytes as one row of samples. */
async function byRuntime(
  name: string,
  data: Uint8Array,
  bytes: number,
  { codecs, where, signal }: DecodeOptions,
): Promise<Uint8Array> {
  const codec = codecs.find((one) => one.name === name);
  if (codec === undefined) throw new Error(`there is no decoder for ${name}`);
  const page: BlockLayout = {
    compression: name,
    photometric: 'black-is-zero',
    bits: 8,
    usedBits: 8,
    blockWidth: bytes,
    blockHeight: 1,
    chroma: false,
    littleEndian: true,
    jpegTables: undefined,
  };
  const block: EncodedBlock = { data, page, width: bytes, height: 1, samples: 1, bytes, where, signal };
  return codec.decode(block);
}
