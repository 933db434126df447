/**
 * The native hot paths, where they are built: JPEG by libjpeg-turbo, strided reads, the box filter. Everything works
 * without them, by sharp and TypeScript, with the same pixels and more time.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What native/addon.c exports; arrays are in use until the promise settles. */
export interface NativeReader {
  /** @param numbers width, height, samples, meaning (0 plain, 1 YCbCr, 2 inks), left, top, right, bottom */
  decodeJpeg(data: Uint8Array, tables: Uint8Array | undefined, out: Uint8Array, numbers: Uint32Array): Promise<void>;
  /** @param numbers file descriptor, offset, stride, length, rows */
  readRows(out: Uint8Array, numbers: Float64Array): Promise<void>;
  /** @param numbers rows, channels, width, whole across, whole down */
  shrinkRows(
    data: Uint8Array,
    sums: Uint16Array | Float32Array,
    state: Int32Array,
    out: Uint8Array,
    firstAcross: Int32Array,
    beginAcross: Int32Array,
    weightsAcross: Float64Array,
    firstDown: Int32Array,
    beginDown: Int32Array,
    weightsDown: Float64Array,
    numbers: Int32Array,
  ): Promise<void>;
  /** @param numbers first byte, stride, columns, rows, side, samples, quality, full chroma */
  encodeJpeg(pixels: Uint8Array, numbers: Uint32Array): Promise<Uint8Array>;
  /** @param numbers width, height, samples */
  halve(pixels: Uint8Array, out: Uint8Array, numbers: Uint32Array): Promise<void>;
}

function load(): NativeReader | undefined {
  // Set to compare the two ways, and where a system's library is suspect.
  if (process.env.FTUSEG_SLIDE_NATIVE === '0') return undefined;
  // What was built here comes before what the package brings.
  for (const folder of ['build/Release', `prebuilds/${process.platform}-${process.arch}`]) {
    try {
      return createRequire(import.meta.url)(fileURLToPath(new URL(`../${folder}/ftuseg_slide.node`, import.meta.url)));
    } catch {
      // Not built, or for another system's libraries.
    }
  }
  return undefined;
}

/** Undefined where the addon is neither built nor in the package. */
export const nativeReader: NativeReader | undefined = load();
