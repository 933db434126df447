/**
 * The native hot paths, where they are built: JPEG by libjpeg-turbo, strided reads, the box filter. Everything works
 * without them, by sharp and TypeScript, with the same pixels and more time.
 */
import { loadAddon } from '@ftuseg/files';

/** What native/addon.c exports; arrays are in use until the promise settles. */
export interface NativeReader {
  /** @param numbers width, height, samples, meaning (0 plain, 1 YCbCr, 2 inks), left, top, right, bottom, bytes of `out` from row to row */
  decodeJpeg(data: Uint8Array, tables: Uint8Array | undefined, out: Uint8Array, numbers: Uint32Array): Promise<void>;
  /** @param numbers file descriptor, offset, stride, length, rows */
  readRows(out: Uint8Array, numbers: Float64Array): Promise<void>;
  /** @param numbers file descriptor, stride, length, rows, offset of each of three planes */
  readPlanes(out: Uint8Array, numbers: Float64Array): Promise<void>;
  /** @param numbers file descriptor, then offset and length of each piece */
  readPieces(out: Uint8Array, numbers: Float64Array): Promise<void>;
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
  /** @param numbers first byte, stride, columns, rows, side, samples, quality, chroma (0 half both ways, 1 full, 2 half across, 3 RGB as it is) */
  encodeJpeg(pixels: Uint8Array, numbers: Uint32Array): Promise<Uint8Array>;
  /** @param numbers width, height, samples */
  halve(pixels: Uint8Array, out: Uint8Array, numbers: Uint32Array): Promise<void>;
}

/**
 * Undefined where the addon is neither built nor in the package; FTUSEG_SLIDE_NATIVE=0 compares the two ways, and helps where a system's
 * library is suspect.
 */
export const nativeReader: NativeReader | undefined =
  process.env.FTUSEG_SLIDE_NATIVE === '0'
    ? undefined
    : loadAddon<NativeReader>(new URL('..', import.meta.url), 'ftuseg_slide');
