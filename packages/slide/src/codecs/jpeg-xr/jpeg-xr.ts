/**
 * JPEG XR blocks: whole files of 8 or 16 bits, grey or RGB, as Zeiss's CZI has them. jxrlib, compiled to WebAssembly, decodes them; what a file says of
 * itself is held against the block first. TIFFs of this compression are not read.
 */
import type { JpegXr } from '../../../wasm/jpegxr.js';
import type { Codec, EncodedBlock } from '../codec.js';
import { lazyLibrary } from '../library.js';
import { parseJpegXrHeader } from './header.js';

const library = lazyLibrary(() => import('../../../wasm/jpegxr.js'));

async function decode({ data, page, width, height, samples, bytes }: EncodedBlock): Promise<Uint8Array> {
  const header = parseJpegXrHeader(data);
  if (header.width !== width || header.height !== height) {
    throw new Error(`it has ${header.width} x ${header.height} pixels where the block has ${width} x ${height}`);
  }
  if (header.samples !== samples || header.bits !== page.bits) {
    throw new Error(`it has ${header.samples} samples of ${header.bits} bits, not ${samples} of ${page.bits}`);
  }
  const decoded = await library.use((jxrlib) => samplesOf(jxrlib, data, bytes));
  if (header.bgr) exchangeColours(decoded);
  return decoded;
}

function samplesOf({ decode: decodeFile }: JpegXr, data: Uint8Array, bytes: number): Uint8Array {
  try {
    const decoded = decodeFile(data).bytes;
    if (decoded.length === bytes) return decoded;
    throw new Error(`${decoded.length} bytes were decoded where ${bytes} are needed`);
  } catch (cause) {
    throw cause instanceof Error && cause.name !== 'RuntimeError' ? cause : new Error('jxrlib cannot decode it');
  }
}

/** Blue first becomes red first, of 8 bits, in place. */
function exchangeColours(pixels: Uint8Array): void {
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const first = pixels[i] as number;
    pixels[i] = pixels[i + 2] as number;
    pixels[i + 2] = first;
  }
}

export const jpegXr: Codec = { name: 'jpeg-xr', codes: [], lossless: false, pictureBits: [8, 16], decode };
