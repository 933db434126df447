/**
 * Deflate for many small pieces: `zlib.deflate` makes a compressor of 268 KB for each, which costs two to three times what compressing a tile
 * of a mask does and drives the garbage collector. Here a few compressors are reset and used again; the bytes are the same.
 */
import { constants, createDeflate, type Deflate } from 'node:zlib';

/**
 * Runs of one value are all that Deflate finds worth finding in labels and in differences of neighbours: looking for no other matches is
 * five times faster (0.06 ms instead of 0.27 for a tile of a mask, 0.6 instead of 3.3 for one of probabilities) and costs 15 % and 6 % of size.
 */
const OPTIONS = { level: 6, strategy: constants.Z_RLE, chunkSize: 1 << 16 } as const;

const idle: Deflate[] = [];

/** As many as are kept for the next pieces. */
const MAX_IDLE = 32;

/**
 * A zlib stream (RFC 1950) of `bytes`, made on the thread pool.
 * @example
 * inflateSync(await deflated(pixels));
 */
export function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const compressor = idle.pop() ?? createDeflate(OPTIONS);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    compressor.on('data', (part: Buffer) => parts.push(part)).once('error', reject);
    compressor.write(bytes);
    compressor.flush(constants.Z_FINISH, () => {
      compressor.removeAllListeners('data').removeListener('error', reject);
      if (idle.length < MAX_IDLE) {
        compressor.reset();
        idle.push(compressor);
      } else compressor.close();
      resolve(Buffer.concat(parts));
    });
  });
}
