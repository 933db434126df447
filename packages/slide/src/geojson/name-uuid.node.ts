/** Names for objects that are the same in every run and in every file that speaks of them. */
import { createHash } from 'node:crypto';

/**
 * A UUID of version 5 (RFC 9562: made from a name by SHA-1).
 * @param parts of the name, one after the other
 * @example
 * nameUuid(['slide-1', '0 glomerulus']) === nameUuid(['slide-1', '0 glomerulus']); // true
 */
export function nameUuid(parts: Iterable<string | Float64Array>): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  const bytes = hash.digest();
  bytes[6] = ((bytes[6] ?? 0) & 15) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
