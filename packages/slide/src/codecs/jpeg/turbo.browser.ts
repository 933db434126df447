/**
 * JPEG streams by libjpeg-turbo in WebAssembly, as Node decodes them natively. The browser's own decoder gives pixels only through a canvas,
 * and browsers that guard against fingerprinting change what is read from one.
 */
import type { TurboDecoder, TurboJpeg } from '../../../wasm/libjpeg-turbo.js';
import { SlideError } from '../../slide-error.js';
import { lazyLibrary } from '../library.js';
import { withoutWarnings } from './jpeg-stream.js';

const library = lazyLibrary(() => import('../../../wasm/libjpeg-turbo.js'));

export interface TurboStream {
  /** Complete, with all of its tables. */
  readonly stream: Uint8Array;
  /** Pixels that are wanted; the stream's frame is as wide, and may be higher. */
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/**
 * @returns width x height x samples: grey, or RGB as the stream's markers say
 * @throws {SlideError} `unsupported` for two and four components, arithmetic coding, 12 bits and unusual subsampling; Error for what is damaged
 */
export async function decodeTurbo({ stream, width, height, samples }: TurboStream): Promise<Uint8Array> {
  if (samples !== 1 && samples !== 3) throw refusal(`JPEGs of ${samples} components are`);
  // The library fails alike for damage and for warnings.
  const sound = withoutWarnings(stream);
  if (sound === undefined) throw refusal('JPEGs of other than 8 bits and JPEGs with arithmetic coding are');
  return library.use((turbo) => samplesOf(turbo, sound, { width, height, samples }));
}

function samplesOf(
  { JPEGDecoder }: TurboJpeg,
  stream: Uint8Array,
  { width, height, samples }: Pick<TurboStream, 'width' | 'height' | 'samples'>,
): Uint8Array {
  const decoder = new JPEGDecoder();
  decoder.getEncodedBuffer(stream.length).set(stream);
  if (!finishes(decoder)) {
    // Its markers and samples are sound: the interface knows no other subsampling than the usual ones.
    if (decoder.getDecodedBuffer().length === 0) throw refusal('JPEGs of this chroma subsampling are');
    throw new Error('libjpeg-turbo cannot decode it');
  }
  const decoded = decoder.getDecodedBuffer();
  decoder.delete();
  const bytes = width * height * samples;
  if (decoded.length % (width * samples) === 0 && decoded.length >= bytes) {
    return new Uint8Array(decoded.buffer, decoded.byteOffset, bytes);
  }
  throw new Error(`it does not have ${width} x ${height} pixels of ${samples} samples`);
}

const refusal = (what: string): SlideError =>
  new SlideError('unsupported', `${what} not decoded in a page`, {
    hint: 'convert the slide with `ftu convert`, which reads it, or open it in Node',
  });

/** @returns false where the library throws a number, which it does for failures and for warnings */
function finishes(decoder: TurboDecoder): boolean {
  try {
    decoder.decode();
    return true;
  } catch (cause) {
    if (typeof cause === 'number') return false;
    throw cause;
  }
}
