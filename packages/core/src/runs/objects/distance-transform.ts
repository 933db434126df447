/**
 * How far each pixel of a shape is from its outside, exactly. Felzenszwalb & Huttenlocher, "Distance transforms of sampled functions"
 * (Theory of Computing 8, 2012): down the columns first, then the lower envelope of parabolas along each row.
 */

/**
 * @param inside `width * height` pixels, row by row, non-zero inside; a frame of background lies around them
 * @param width at most 2^15, as the height: squares of distances have 31 bits
 * @returns squared Euclidean distances to the centre of the nearest pixel outside: 0 outside, at least 1 inside
 * @example
 * squaredDistances(Uint8Array.of(1, 1, 1), 3, 1); // Int32Array [1, 1, 1]: the row above is outside
 */
export function squaredDistances(inside: Uint8Array, width: number, height: number): Int32Array {
  const out = new Int32Array(width * height);
  downColumns(inside, width, out);
  const row = new Float64Array(width + 2);
  const envelope = { at: new Int32Array(width + 2), from: new Float64Array(width + 3) };
  for (let y = 0; y < height; y++) {
    // Both ends of the row stay 0: the frame.
    for (let x = 0; x < width; x++) {
      const distance = out[y * width + x] as number;
      row[x + 1] = distance * distance;
    }
    alongRow(row, envelope, out.subarray(y * width, (y + 1) * width));
  }
  return out;
}

/** Distance to the nearest pixel outside above or below. */
function downColumns(inside: Uint8Array, width: number, out: Int32Array): void {
  for (let at = 0; at < out.length; at++) {
    if (inside[at] !== 0) out[at] = 1 + (at < width ? 0 : (out[at - width] as number));
  }
  for (let at = out.length - 1; at >= 0; at--) {
    const below = 1 + (at + width < out.length ? (out[at + width] as number) : 0);
    if (below < (out[at] as number)) out[at] = below;
  }
}

interface Envelope {
  /** Where the parabolas of the envelope stand. */
  readonly at: Int32Array;
  /** Where each begins to be the lowest. */
  readonly from: Float64Array;
}

/** The least of `(x - i)^2 + row[i]` over all i, for every x between the ends of the row. */
function alongRow(row: Float64Array, { at, from }: Envelope, out: Int32Array): void {
  let last = 0;
  at[0] = 0;
  from[0] = Number.NEGATIVE_INFINITY;
  from[1] = Number.POSITIVE_INFINITY;
  for (let i = 1; i < row.length; i++) {
    const height = (row[i] as number) + i * i;
    for (;;) {
      const j = at[last] as number;
      const crossing = (height - (row[j] as number) - j * j) / (2 * (i - j));
      if (crossing > (from[last] as number)) {
        last++;
        at[last] = i;
        from[last] = crossing;
        from[last + 1] = Number.POSITIVE_INFINITY;
        break;
      }
      last--;
    }
  }
  for (let x = 1, k = 0; x <= out.length; x++) {
    while ((from[k + 1] as number) < x) k++;
    const j = at[k] as number;
    out[x - 1] = (x - j) * (x - j) + (row[j] as number);
  }
}
