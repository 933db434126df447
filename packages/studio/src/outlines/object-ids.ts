/**
 * Ids of objects as 16 octets, so that a million of them take 16 MB and are found without a table of strings: UUIDs as they are, other
 * texts by a digest.
 */
export const ID_OCTETS = 16;

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** The value of a hexadecimal digit in lower case; -1 for another character. */
const digitOf = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;

const isDash = (place: number): boolean => place === 8 || place === 13 || place === 18 || place === 23;

/** @returns false, with `octets` spoilt, for what is no UUID in lower case */
function parseUuid(id: string, octets: Uint8Array, at: number): boolean {
  if (id.length !== 36) return false;
  let half = 0;
  for (let i = 0; i < 36; i++) {
    const code = id.charCodeAt(i);
    if (isDash(i)) {
      if (code !== 45) return false;
      continue;
    }
    const digit = digitOf(code);
    if (digit < 0) return false;
    const to = at + (half >> 1);
    octets[to] = (half & 1) === 0 ? digit << 4 : (octets[to] as number) | digit;
    half++;
  }
  return true;
}

/** Four FNV-1a digests of the text from different beginnings, each mixed as MurmurHash3 ends. */
function digest(id: string, octets: Uint8Array, at: number): void {
  for (let word = 0; word < 4; word++) {
    let hash = 0x811c9dc5 ^ Math.imul(word + 1, 0x9e3779b1);
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    for (let i = 0; i < 4; i++) octets[at + 4 * word + i] = (hash >>> (8 * i)) & 255;
  }
}

/**
 * @param octets takes 16 octets from `at`
 * @returns whether the octets say the id (a UUID in lower case); otherwise they are a digest of it
 */
export function writeId(id: string, octets: Uint8Array, at: number): boolean {
  if (parseUuid(id, octets, at)) return true;
  digest(id, octets, at);
  return false;
}

/** The UUID that 16 octets say. */
export function uuidOf(octets: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < ID_OCTETS; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += HEX[octets[at + i] as number];
  }
  return text;
}

/** An id for an object that came without one, or with that of another: a UUID of version 8 (RFC 9562) with its number in it. */
export function numberedId(number: number): string {
  return `00000000-0000-8000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Where in a table of that many places (a power of two) the search for an id begins. */
export function placeOfId(octets: Uint8Array, at: number, places: number): number {
  let hash = 0;
  for (let i = 0; i < ID_OCTETS; i++) hash = Math.imul(hash ^ (octets[at + i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) & (places - 1);
}

export function sameId(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  for (let i = 0; i < ID_OCTETS; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}
