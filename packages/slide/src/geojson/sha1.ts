/**
 * SHA-1 (FIPS 180-4, section 6.1) at once: a page computes it only with promises, and only on secure origins, while names of objects are needed as
 * their lines are written. For names, never for secrets.
 */

const BLOCK = 64;
const rotated = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** One block of 64 bytes into the state. @param words room for 80 */
function mix(state: Uint32Array, block: DataView, words: Uint32Array): void {
  for (let t = 0; t < 16; t++) words[t] = block.getUint32(4 * t);
  for (let t = 16; t < 80; t++) {
    words[t] = rotated(
      (words[t - 3] as number) ^ (words[t - 8] as number) ^ (words[t - 14] as number) ^ (words[t - 16] as number),
      1,
    );
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let t = 0; t < 80; t++) {
    const round = t < 20 ? (b & c) | (~b & d) : t < 40 || t >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const key = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const next = (rotated(a, 5) + round + e + key + (words[t] as number)) | 0;
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  for (const [i, value] of [a, b, c, d, e].entries()) state[i] = (state[i] as number) + value;
}

/**
 * @param parts of the message, one after the other
 * @returns 20 bytes
 */
export function sha1(parts: readonly Uint8Array[]): Uint8Array {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Uint32Array(80);
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  let [filled, total] = [0, 0];
  const take = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(BLOCK - filled, bytes.length - at);
      block.set(bytes.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < BLOCK) continue;
      mix(state, view, words);
      filled = 0;
    }
  };
  for (const part of parts) {
    total += part.length;
    take(part);
  }
  const padded = new Uint8Array(((119 - filled) % BLOCK) + 9);
  padded[0] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(total) * 8n);
  take(padded);
  const out = new DataView(new ArrayBuffer(20));
  for (const [i, value] of state.entries()) out.setUint32(4 * i, value);
  return new Uint8Array(out.buffer);
}
