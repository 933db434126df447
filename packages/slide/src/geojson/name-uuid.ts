/** Names for objects that are the same in every run, in every file that speaks of them, and in Node as in a page. */
import { sha1 } from './sha1.js';

/** 20 bytes of a message in parts. */
export type Sha1 = (parts: readonly Uint8Array[]) => Uint8Array;

const utf8 = new TextEncoder();

/**
 * A UUID of version 5 (RFC 9562: made from a name by SHA-1).
 * @param parts of the name, one after the other
 * @param hash SHA-1 of the parts; by default one that pages have too
 * @example
 * nameUuid(['slide-1', '0 glomerulus']) === nameUuid(['slide-1', '0 glomerulus']); // true
 */
export function nameUuid(parts: Iterable<string | Float64Array>, hash: Sha1 = sha1): string {
  const bytes = hash(
    [...parts].map((part) =>
      typeof part === 'string' ? utf8.encode(part) : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    ),
  );
  bytes[6] = ((bytes[6] ?? 0) & 15) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 0x80;
  const hex = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
