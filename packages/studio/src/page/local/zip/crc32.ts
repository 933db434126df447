/** The checksum of ZIP files (ISO 3309), a chunk after another. */

const TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param before of what came before; 0 at the beginning */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (const octet of bytes) value = (TABLE[(value ^ octet) & 255] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
