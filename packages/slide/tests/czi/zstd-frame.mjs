/** A Zstandard frame (RFC 8878) of blocks that are stored as they are, for tests without a compressor. */

const MAX_BLOCK = 1 << 17;

/** @param {Uint8Array} data */
export function zstdFrame(data) {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  // One segment, whose size is stated in four bytes.
  head[4] = 0xa0;
  head.writeUInt32LE(data.length, 5);
  const parts = [head];
  for (let at = 0; at === 0 || at < data.length; at += MAX_BLOCK) {
    const part = data.subarray(at, at + MAX_BLOCK);
    const block = Buffer.alloc(3);
    block.writeUIntLE((part.length << 3) | (at + MAX_BLOCK >= data.length ? 1 : 0), 0, 3);
    parts.push(block, part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
