/**
 * Deflate for many small pieces: `zlib.deflate` makes a compressor of 268 KB for each, which costs two to three times what compressing a tile
 * of a mask does and drives the garbage collector. Here a few compressors are reset and used again; the bytes are the same.
 */
import { constants, crc32, createDeflate, createDeflateRaw, type Deflate, type DeflateRaw } from 'node:zlib';

/** Of `zlib` and `gzip`. */
export const PLAIN_LEVEL = 4;

/**
 * `runs`: a zlib stream (RFC 1950). Runs of one value are all that Deflate finds worth finding in labels and in differences of neighbours: looking for no
 * other matches is five times faster (0.06 ms instead of 0.27 for a tile of a mask, 0.6 instead of 3.3 for one of probabilities) and costs 15 % and 6 % of
 * size. `zlib` and `gzip` (RFC 1952): for samples as they are.
 */
const MAKERS = {
  runs: () => createDeflate({ level: 6, strategy: constants.Z_RLE, chunkSize: 1 << 16 }),
  zlib: () => createDeflate({ level: PLAIN_LEVEL, chunkSize: 1 << 16 }),
  gzip: () => createDeflateRaw({ level: PLAIN_LEVEL, chunkSize: 1 << 16 }),
} satisfies Readonly<Record<string, () => Deflate | DeflateRaw>>;

/** Deflate, no name and no time of a file, any system. */
const GZIP_HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] as const;

const idle: Record<keyof typeof MAKERS, (Deflate | DeflateRaw)[]> = { runs: [], zlib: [], gzip: [] };

/** As many as are kept for the next pieces. */
const MAX_IDLE = 32;

/**
 * `bytes` compressed on the thread pool.
 * @example
 * inflateSync(await deflated(pixels));
 */
export function deflated(bytes: Uint8Array, form: keyof typeof MAKERS = 'runs'): Promise<Uint8Array> {
  const compressor = idle[form].pop() ?? MAKERS[form]();
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    compressor.on('data', (part: Buffer) => parts.push(part)).once('error', reject);
    compressor.write(bytes);
    compressor.flush(constants.Z_FINISH, () => {
      compressor.removeAllListeners('data').removeListener('error', reject);
      if (idle[form].length < MAX_IDLE) {
        compressor.reset();
        idle[form].push(compressor);
      } else compressor.close();
      resolve(form === 'gzip' ? gzipped(parts, bytes) : Buffer.concat(parts));
    });
  });
}

function gzipped(parts: readonly Buffer[], bytes: Uint8Array): Uint8Array {
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(bytes), 0);
  end.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([Buffer.from(GZIP_HEADER), ...parts, end]);
}
