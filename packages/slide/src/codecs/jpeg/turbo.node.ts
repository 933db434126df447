/**
 * JPEG blocks by libjpeg-turbo itself, on the thread pool, where the native decoder is built. It decodes only the part
 * that is asked for, which sharp cannot, and has none of its overhead per tile.
 */
import { nativeReader } from '../../native.node.js';
import type { BlockPart, EncodedBlock } from '../codec.js';
import { jpegColours } from './jpeg-colours.js';

/**
 * The block's samples.
 * @returns undefined where the native decoder is not built
 */
export async function decodeTurbo(block: EncodedBlock): Promise<Uint8Array | undefined> {
  if (nativeReader === undefined) return undefined;
  const { width, height, samples } = block;
  // Written whole by the decoder, so it need not be cleared first; it is dropped when decoding fails.
  const out = new Uint8Array(Buffer.allocUnsafeSlow(width * height * samples).buffer);
  await decodeTurboPart(block, { x: 0, y: 0, width, height, out, at: 0, stride: width * samples });
  return out;
}

/** Writes a part straight to where it is needed; only where the native decoder is built. */
export async function decodeTurboPart(block: EncodedBlock, part: BlockPart): Promise<void> {
  const { data, page, samples } = block;
  const { x, y, width, height, out, at, stride } = part;
  const numbers = Uint32Array.of(
    block.width,
    block.height,
    samples,
    meaningOf(block),
    x,
    y,
    x + width,
    y + height,
    stride,
  );
  // A window may have more bytes than a number of 32 bits says.
  await nativeReader?.decodeJpeg(data, page.jpegTables, out.subarray(at), numbers);
}

/** As native/jpeg.h has it. */
function meaningOf({ data, page, samples }: EncodedBlock): 0 | 1 | 2 {
  if (samples === 3) return jpegColours(data, page.photometric) === 'ycbcr' ? 1 : 0;
  return page.photometric === 'cmyk' ? 2 : 0;
}
