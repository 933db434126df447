/// <reference lib="dom" />
/** Deflate by the browser's own decompression stream. */
import type { Codec, EncodedBlock } from '../codec.js';
import { deflateFacts } from './facts.js';

/** @throws {Error} for damaged data */
async function decode({ data, bytes }: EncodedBlock): Promise<Uint8Array> {
  const stream = new Blob([data.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const out = new Uint8Array(bytes);
  for (let filled = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return out.subarray(0, filled);
    const room = bytes - filled;
    out.set(value.subarray(0, room), filled);
    filled += Math.min(value.length, room);
    if (filled < bytes) continue;
    // A decompression bomb ends here; so does the padding that writers put behind a page's last strip.
    await reader.cancel();
    return out;
  }
}

export const deflate: Codec = { ...deflateFacts, decode };
