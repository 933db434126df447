/**
 * JPEG blocks by libjpeg-turbo itself, on the thread pool, where the native decoder is built. It decodes only the part
 * that is asked for, which sharp cannot, and has none of its overhead per tile.
 */
import { nativeReader } from '../../native.node.js';
import type { EncodedBlock } from '../codec.js';

/**
 * The block's samples, or those of its part.
 * @returns undefined where the native decoder is not built
 */
export async function decodeTurbo(block: EncodedBlock): Promise<Uint8Array | undefined> {
  if (nativeReader === undefined) return undefined;
  const { data, page, width, height, samples } = block;
  const { x, y, width: columns, height: rows } = block.part ?? { x: 0, y: 0, width, height };
  // Written whole by the decoder, so it need not be cleared first; it is dropped when decoding fails.
  const out = new Uint8Array(Buffer.allocUnsafeSlow(columns * rows * samples).buffer);
  const meaning = page.photometric === 'ycbcr' ? 1 : page.photometric === 'cmyk' ? 2 : 0;
  const numbers = Uint32Array.of(width, height, samples, meaning, x, y, x + columns, y + rows);
  await nativeReader.decodeJpeg(data, page.jpegTables, out, numbers);
  return out;
}
