/**
 * LZW as TIFF writes it: codes of 9 to 12 bits, most significant bit first, widths growing one code early. Some of HuBMAP's files are
 * compressed so, and what is made to look like them should be too. Source: TIFF 6.0, section 13.
 */
const CLEAR = 256;
const END = 257;
const FIRST = 258;
/** The table is cleared before a code of 12 bits would be the last. */
const LAST = 4093;

/** @returns the compressed bytes */
export function encodeLzw(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length * 1.5) + 16);
  /** Code of (prefix, byte), by prefix * 256 + byte; 0 for none. */
  const table = new Uint16Array(4096 * 256);
  let [at, held, bits, width, next] = [0, 0, 0, 9, FIRST];
  const put = (code: number): void => {
    held = ((held << width) | code) & 0xffffff;
    bits += width;
    while (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  };
  put(CLEAR);
  let prefix = -1;
  for (const byte of data) {
    if (prefix < 0) {
      prefix = byte;
      continue;
    }
    const key = prefix * 256 + byte;
    const known = table[key] as number;
    if (known !== 0) {
      prefix = known;
      continue;
    }
    put(prefix);
    table[key] = next++;
    if (next === 512 || next === 1024 || next === 2048) width++;
    if (next > LAST) {
      put(CLEAR);
      table.fill(0);
      [width, next] = [9, FIRST];
    }
    prefix = byte;
  }
  if (prefix >= 0) {
    put(prefix);
    next++;
    if (next === 512 || next === 1024 || next === 2048) width++;
  }
  put(END);
  if (bits > 0) out[at++] = (held << (8 - bits)) & 0xff;
  return out.subarray(0, at);
}
