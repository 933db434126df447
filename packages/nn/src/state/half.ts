/**
 * The two 16-bit floating-point formats, widened to 32 bits exactly, and 32 bits narrowed to the nearest of 16 (IEEE 754 binary16 and bfloat16).
 */

/** Widens IEEE binary16 bit patterns, including subnormals, infinities and NaN. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i] as number;
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) out[i] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else if (exponent === 0) out[i] = sign * fraction * 2 ** -24;
    else out[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return out;
}

/** Widens bfloat16 bit patterns: they are the upper halves of binary32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = (bits[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

/** The nearest float16 of each value, ties to even; beyond its range the largest finite one (65504). */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    // 65520 and more would round to infinity.
    if (magnitude >= 0x477ff000) return sign | 0x7bff;
    if (magnitude < 0x38800000) {
      // Subnormal: a whole number of 2^-24.
      const value = Math.abs(new Float32Array(Uint32Array.of(word).buffer)[0] ?? 0) * 2 ** 24;
      const floor = Math.floor(value);
      const rest = value - floor;
      return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
    }
    const exponent = (magnitude >>> 23) - 112;
    const mantissa = magnitude & 0x7fffff;
    const rest = mantissa & 0x1fff;
    const half = (exponent << 10) | (mantissa >>> 13);
    return sign | (half + (rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0));
  });
}
