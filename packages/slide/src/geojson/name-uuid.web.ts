/** The names of `name-uuid.node.ts` where there is no Node: a browser makes digests asynchronously. */

const octets = (part: string | Float64Array): Uint8Array<ArrayBuffer> =>
  typeof part === 'string'
    ? new TextEncoder().encode(part)
    : Uint8Array.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));

/**
 * A UUID of version 5 (RFC 9562: made from a name by SHA-1), the same as Node's.
 * @param parts of the name, one after the other
 */
export async function nameUuidInPage(parts: readonly (string | Float64Array)[]): Promise<string> {
  const name = await new Blob(parts.map(octets)).arrayBuffer();
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-1', name));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 0x80;
  const hex = Array.from(bytes.subarray(0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
