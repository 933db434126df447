/**
 * JPEG 2000 blocks: bare codestreams, or ones in the boxes of a .jp2 file. OpenJPEG, compiled to WebAssembly, decodes them;
 * what the codestream says of itself is held against the block first. Source: ITU-T T.800, annexes A and I.
 */
import type { OpenJpeg } from '../../../wasm/openjpeg.js';
import { SlideError } from '../../slide-error.js';
import type { Codec, CodecFacts, EncodedBlock } from '../codec.js';
import { storedBlock, wholeBlock } from '../cut-block.js';
import { lazyLibrary } from '../library.js';
import { checkCodestream, codestreamOf, sizeOf, transforms } from './codestream.js';

const APERIO_YCBCR = 33003;
/** Names of what may be inside: YCbCr that the codestream itself does not turn into RGB, and everything else. */
const YCBCR = 'jpeg-2000-ycbcr';
const RGB = 'jpeg-2000-rgb';

export const jpeg2000Facts: CodecFacts = {
  name: 'jpeg-2000',
  // Aperio's YCbCr, the lossless and lossy ones of Bio-Formats, Aperio's RGB, and the registered one.
  codes: [APERIO_YCBCR, 33004, 33005, 34712],
  lossless: false,
  pictureBits: [8, 16],
  pictureSamples: [1, 3],
  ownBitOrder: true,
  // Aperio's number says what is inside, and its photometric tag is wrong; elsewhere the tag decides. Source: OpenSlide on Aperio's format.
  nameOf: ({ code, photometric, aperio }) => ((aperio ? code === APERIO_YCBCR : photometric === 'ycbcr') ? YCBCR : RGB),
};

const library = lazyLibrary(() => import('../../../wasm/openjpeg.js'));

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  const data = codestreamOf(block.data);
  const stored = data.length < 42 ? block : (storedBlock(block, sizeOf(data)) ?? block);
  const depth = checkCodestream(data, stored);
  const { compression, bits, usedBits, littleEndian } = block.page;
  const ycbcr = holdsYcbcr(compression, block.samples, data);
  if (ycbcr && bits !== 8) {
    const hint = 'save it as 8-bit RGB';
    throw new SlideError('unsupported', 'YCbCr of more than 8 bits is not supported inside JPEG 2000', { hint });
  }
  const decoded = await library.use((openJpeg) => samplesOf(openJpeg, data, stored.bytes));
  if (ycbcr) toRgb(decoded, block.samples);
  // A camera's 12 bits in 16: what the page does not say of them, the codestream does.
  if (bits === 16 && depth < usedBits) widen(decoded, usedBits - depth);
  if (bits === 16 && !littleEndian) exchangeBytes(decoded);
  return wholeBlock(decoded, stored, block);
}

/** @param bytes of all samples: the library gives fewer, without a word, where it cannot go on */
function samplesOf({ J2KDecoder }: OpenJpeg, codestream: Uint8Array, bytes: number): Uint8Array {
  const decoder = new J2KDecoder();
  decoder.getEncodedBuffer(codestream.length).set(codestream);
  try {
    decoder.decode();
  } catch (cause) {
    // The library throws numbers: addresses of C++ exceptions.
    throw cause instanceof Error ? cause : new Error('OpenJPEG cannot decode it');
  }
  const { buffer, byteOffset, length } = decoder.getDecodedBuffer();
  if (length !== bytes) throw new Error('OpenJPEG cannot decode it');
  decoder.delete();
  return new Uint8Array(buffer, byteOffset, length);
}

export const jpeg2000: Codec = { ...jpeg2000Facts, decode };

/** Where the codestream has a colour transform of its own, the decoder gives RGB. */
const holdsYcbcr = (compression: string, samples: number, codestream: Uint8Array): boolean =>
  compression === YCBCR && samples >= 3 && !transforms(codestream);

/**
 * What the components of a block are once its own transform is undone.
 * @returns undefined for a codestream that is none, or promises other pixels than the block has
 */
export function componentsOfJpeg2000(
  block: Pick<EncodedBlock, 'data' | 'page' | 'width' | 'height' | 'samples'>,
): 'rgb' | 'ycbcr' | 'grey' | undefined {
  const data = codestreamOf(block.data);
  try {
    checkCodestream(data, block);
  } catch {
    return undefined;
  }
  if (block.samples === 1) return 'grey';
  return holdsYcbcr(block.page.compression, block.samples, data) ? 'ycbcr' : 'rgb';
}

/** Full-range YCbCr of JFIF, in place. */
function toRgb(pixels: Uint8Array, samples: number): void {
  const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));
  for (let i = 0; i + 2 < pixels.length; i += samples) {
    const y = pixels[i] as number;
    const [blue, red] = [(pixels[i + 1] as number) - 128, (pixels[i + 2] as number) - 128];
    pixels[i] = byte(y + 1.402 * red);
    pixels[i + 1] = byte(y - 0.344136 * blue - 0.714136 * red);
    pixels[i + 2] = byte(y + 1.772 * blue);
  }
}

/** Samples of 16 bits, little-endian, with so many bits more, in place. */
function widen(samples: Uint8Array, bits: number): void {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let at = 0; at < samples.length; at += 2) view.setUint16(at, view.getUint16(at, true) << bits, true);
}

function exchangeBytes(bytes: Uint8Array): void {
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const first = bytes[i] as number;
    bytes[i] = bytes[i + 1] as number;
    bytes[i + 1] = first;
  }
}
