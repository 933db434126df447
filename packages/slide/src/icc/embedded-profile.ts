/**
 * The ICC profile inside a JPEG, PNG or WebP file. Source: ICC.1:2010, annex B.4 (JPEG, in pieces of APP2); W3C PNG, 11.3.2.3 (iCCP); RFC 9649, 2.7.1.4 (WebP).
 */
import { concatBytes } from '@ftuseg/core';
import { inflateStream } from '../codecs/deflate/inflate-stream.js';
import { MAX_PROFILE_BYTES } from './profile.js';

const textAt = (data: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...data.subarray(at, at + length));

/** @param data the whole file; @returns undefined where it has none; of a damaged one what can be read, which is no profile */
export async function embeddedProfile(data: Uint8Array): Promise<Uint8Array | undefined> {
  if (data[0] === 0xff && data[1] === 0xd8) return ofJpeg(data);
  if (textAt(data, 1, 3) === 'PNG') return ofPng(data);
  return textAt(data, 8, 4) === 'WEBP' ? ofWebp(data) : undefined;
}

const JPEG_NAME = 'ICC_PROFILE\0';

/** Each piece says its number, from 1, and how many there are. */
function ofJpeg(data: Uint8Array): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let at = 2; at + 4 <= data.length && data[at] === 0xff; ) {
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) break;
    const length = (data[at + 2] ?? 0) * 256 + (data[at + 3] ?? 0);
    if (marker === 0xe2 && textAt(data, at + 4, JPEG_NAME.length) === JPEG_NAME) {
      const body = at + 4 + JPEG_NAME.length;
      total = data[body + 1] ?? 0;
      pieces[data[body] ?? 0] = data.subarray(body + 2, at + 2 + length);
    }
    at += 2 + length;
  }
  const found = Array.from({ length: total }, (_, i) => pieces[i + 1]).filter((piece) => piece !== undefined);
  return total > 0 ? concatBytes(found) : undefined;
}

/** A name, a NUL, a method of compression (0), and the deflated profile. */
async function ofPng(data: Uint8Array): Promise<Uint8Array | undefined> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 8; at + 12 <= data.length; at += 12 + view.getUint32(at)) {
    const [length, type] = [view.getUint32(at), textAt(data, at + 4, 4)];
    if (type === 'IDAT' || at + 12 + length > data.length) return undefined;
    if (type !== 'iCCP') continue;
    const body = data.subarray(at + 8, at + 8 + length);
    return inflateStream(body.subarray(body.indexOf(0) + 2), MAX_PROFILE_BYTES, 'deflate').catch(
      () => new Uint8Array(),
    );
  }
  return undefined;
}

function ofWebp(data: Uint8Array): Uint8Array | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 12; at + 8 <= data.length; ) {
    const length = view.getUint32(at + 4, true);
    if (textAt(data, at, 4) === 'ICCP' && at + 8 + length <= data.length)
      return Uint8Array.from(data.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length & 1);
  }
  return undefined;
}
