/// <reference lib="dom" />
/** Deflate in any of its frames by the runtime's decompression stream, which Node and browsers have. */

/**
 * @param bytes that come out at most: whatever is behind them is not decoded, which ends a decompression bomb
 * @throws {Error} for damaged data
 */
export async function inflateStream(
  data: Uint8Array,
  bytes: number,
  frame: 'deflate' | 'deflate-raw' | 'gzip',
): Promise<Uint8Array> {
  const stream = new Blob([data.slice()]).stream().pipeThrough(new DecompressionStream(frame));
  const reader = stream.getReader();
  const out = new Uint8Array(bytes);
  for (let filled = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return out.subarray(0, filled);
    const room = bytes - filled;
    out.set(value.subarray(0, room), filled);
    filled += Math.min(value.length, room);
    if (filled < bytes) continue;
    await reader.cancel();
    return out;
  }
}
