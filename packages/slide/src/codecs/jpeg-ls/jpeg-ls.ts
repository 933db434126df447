/**
 * JPEG-LS blocks, lossless and near-lossless, as DICOM has them. CharLS, compiled to WebAssembly, decodes them; what the stream says of itself is held
 * against the block first. Source: ITU-T T.87.
 */
import type { CharLs } from '../../../wasm/charls.js';
import type { Codec, EncodedBlock } from '../codec.js';
import { lazyLibrary } from '../library.js';
import { jpegLsHeader } from './jpeg-ls-header.js';

/** Bytes of a decoded block: the library holds it twice. */
const MAX_BYTES = 64 << 20;
/** One plane of samples after the other. */
const PLANES = 0;

const library = lazyLibrary(() => import('../../../wasm/charls.js'));

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  check(block);
  return library.use((charLs) => samplesOf(charLs, block));
}

function samplesOf({ JpegLSDecoder }: CharLs, { data, bytes, samples, page }: EncodedBlock): Uint8Array {
  const decoder = new JpegLSDecoder();
  decoder.getEncodedBuffer(data.length).set(data);
  try {
    decoder.decode();
  } catch (cause) {
    throw cause instanceof Error && cause.message !== '' ? cause : new Error('CharLS cannot decode it');
  }
  const { buffer, byteOffset, length } = decoder.getDecodedBuffer();
  if (length !== bytes) throw new Error(`${length} bytes were decoded where ${bytes} are needed`);
  const decoded = new Uint8Array(buffer, byteOffset, length);
  const isInPlanes = samples > 1 && decoder.getInterleaveMode() === PLANES;
  decoder.delete();
  return isInPlanes ? interleaved(decoded, samples, page.bits / 8) : decoded;
}

/** No TIFF has it. */
export const jpegLs: Codec = { name: 'jpeg-ls', codes: [], lossless: false, decode };

/** A stream that promises other samples than the block has never reaches the decoder. */
function check({ data, page, width, height, samples, bytes }: EncodedBlock): void {
  if (bytes > MAX_BYTES) throw new Error(`${bytes} bytes are more than ${MAX_BYTES}`);
  const header = jpegLsHeader(data);
  if (header.width !== width || header.height !== height || header.components !== samples) {
    const found = `${header.width} x ${header.height} x ${header.components}`;
    throw new Error(`it has ${found} where the block has ${width} x ${height} x ${samples}`);
  }
  // 12 bits in 16 are written as 12.
  const fits = page.bits === 8 ? header.bits === 8 : header.bits > 8 && header.bits <= 16;
  if (!fits || !page.littleEndian) throw new Error(`its samples of ${header.bits} bits do not fit into ${page.bits}`);
}

/** @param width bytes of a sample */
function interleaved(planes: Uint8Array, samples: number, width: number): Uint8Array {
  const out = new Uint8Array(planes.length);
  const pixels = planes.length / (samples * width);
  for (let sample = 0, from = 0; sample < samples; sample++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let byte = 0; byte < width; byte++, from++) {
        out[(pixel * samples + sample) * width + byte] = planes[from] as number;
      }
    }
  }
  return out;
}
