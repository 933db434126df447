/** Names for objects that are drawn: UUIDs, as QuPath keeps them. */

/** A random UUID (RFC 9562, version 4); works in pages without HTTPS too, where `crypto.randomUUID` does not. */
export function newObjectId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
