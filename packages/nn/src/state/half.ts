/**
 * The two 16-bit floating-point formats, widened to 32 bits exactly, and 32 bits narrowed to the nearest of 16 (IEEE 754 binary16 and bfloat16).
 */

/** The value of each of the 65536 bit patterns: a table, because whoever keeps answers of networks widens millions of them. */
let halfValues: Float32Array | undefined;

function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Widens IEEE binary16 bit patterns, including subnormals, infinities and NaN.
 * @param out as long as `bits`; new memory if unset
 */
export function float16ToFloat32(bits: Uint16Array, out = new Float32Array(bits.length)): Float32Array {
  halfValues ??= Float32Array.from({ length: 65536 }, (_, half) => halfValue(half));
  for (let i = 0; i < bits.length; i++) out[i] = halfValues[bits[i] as number] as number;
  return out;
}

/** Widens bfloat16 bit patterns: they are the upper halves of binary32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = (bits[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

/** A subnormal: a whole number of 2^-24. */
function subnormal(word: number): number {
  const value = Math.abs(new Float32Array(Uint32Array.of(word).buffer)[0] ?? 0) * 2 ** 24;
  const floor = Math.floor(value);
  const rest = value - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}

/** The nearest float16 of each value, ties to even; beyond its range the largest finite one (65504). */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) out[i] = sign | 0x7e00;
    // 65520 and more would round to infinity.
    else if (magnitude >= 0x477ff000) out[i] = sign | 0x7bff;
    else if (magnitude < 0x38800000) out[i] = sign | subnormal(word);
    // The bit below the last kept one and all under it are rounded away; a carry goes on into the exponent.
    else out[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return out;
}
