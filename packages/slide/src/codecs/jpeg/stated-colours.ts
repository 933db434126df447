/**
 * What a JPEG stream itself says its three components are. Files exist whose header says RGB about streams that say YCbCr: the encoder that wrote the
 * stream knows. Where the stream says nothing, the header counts. Source: JFIF 1.02; Adobe's APP14 marker, in ITU-T T.872.
 */

/** Bytes from which the markers before the frame are read. */
export const MARKER_BYTES = 4096;

const letters = (data: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, i) => data[at + i] === letter.charCodeAt(0));

/** @param data the first bytes of a stream */
export function statedColours(data: Uint8Array): 'rgb' | 'ycbcr' | undefined {
  let stated: 'rgb' | 'ycbcr' | undefined;
  for (let at = 2; at + 4 <= data.length && data[at] === 0xff; ) {
    const marker = data[at + 1] as number;
    if (marker === 0xda || (marker >= 0xc0 && marker <= 0xc3)) break;
    if (marker === 0xee && letters(data, at + 4, 'Adobe')) return data[at + 15] === 0 ? 'rgb' : 'ycbcr';
    if (marker === 0xe0 && letters(data, at + 4, 'JFIF')) stated = 'ycbcr';
    at += 2 + (data[at + 2] as number) * 256 + (data[at + 3] as number);
  }
  return stated;
}
