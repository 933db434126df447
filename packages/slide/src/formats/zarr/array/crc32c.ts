/** The sum behind chunks and indexes of Zarr's version 3: CRC-32C (Castagnoli), RFC 3720, appendix B.4. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/**
 * @example
 * crc32c(new TextEncoder().encode('123456789')); // 0xe3069283
 */
export function crc32c(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) sum = (TABLE[(sum ^ byte) & 255] as number) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/**
 * The bytes before their sum.
 * @throws {Error} where the sum is another
 */
export function withoutSum(data: Uint8Array): Uint8Array {
  const body = data.subarray(0, Math.max(0, data.length - 4));
  if (data.length < 4) throw new Error('the sum behind it (crc32c) is cut off');
  const stated = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(data.length - 4, true);
  if (crc32c(body) !== stated) throw new Error('it does not have the sum that is stated behind it (crc32c)');
  return body;
}
