/** Blosc's two orders of bytes and bits, which put what changes slowly side by side; here they are put back. */

/**
 * Byte k of every element lies together in the data.
 * @param size bytes of an element; what is left of the last one is at the end as it was
 */
export function unshuffleBytes(data: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(data.length / size);
  const out = new Uint8Array(data.length);
  for (let k = 0; k < size; k++) {
    for (let i = 0, from = k * count, to = k; i < count; i++, from++, to += size) out[to] = data[from] as number;
  }
  out.set(data.subarray(count * size), count * size);
  return out;
}

/**
 * Bit k of every element lies together in the data, eight elements in a byte, the first in its lowest bit; bytes of an element from the lowest.
 * Only as many elements as fill bytes are in that order.
 */
export function unshuffleBits(data: Uint8Array, size: number): Uint8Array {
  const elements = Math.floor(data.length / size);
  // Blosc leaves a block alone whose elements do not fill bytes.
  if (elements % 8 !== 0) return data;
  const out = new Uint8Array(data.length);
  const rowBytes = elements / 8;
  for (let byte = 0; byte < size; byte++) {
    for (let bit = 0; bit < 8; bit++) {
      const row = (byte * 8 + bit) * rowBytes;
      for (let i = 0; i < rowBytes; i++) {
        const bits = data[row + i] as number;
        if (bits === 0) continue;
        for (let j = 0; j < 8; j++) {
          const to = (i * 8 + j) * size + byte;
          out[to] = (out[to] as number) | (((bits >> j) & 1) << bit);
        }
      }
    }
  }
  out.set(data.subarray(elements * size), elements * size);
  return out;
}
