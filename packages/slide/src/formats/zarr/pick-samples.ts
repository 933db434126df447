/** The samples of one plane, or of red, green and blue, out of a chunk that may hold focal planes, time points and channels in any order. */

export interface Picked {
  readonly width: number;
  readonly height: number;
  /** Bytes of a sample. */
  readonly size: 1 | 2;
  /** Samples from one pixel to the one beside it, and to the one below. */
  readonly across: number;
  readonly down: number;
  /** Where each sample of the first pixel lies, in samples. */
  readonly from: readonly number[];
}

/** @returns width x height x from.length samples, interleaved; a view on the chunk where they lie together in it */
export function pickSamples(chunk: Uint8Array, { width, height, size, across, down, from }: Picked): Uint8Array {
  const count = from.length;
  const [first = 0] = from;
  const together = across === count && down === width * count && from.every((at, i) => at === first + i);
  if (together) return chunk.subarray(first * size, (first + width * height * count) * size);
  const out = new Uint8Array(width * height * count * size);
  for (const [c, start] of from.entries()) {
    for (let y = 0; y < height; y++) {
      let at = (start + y * down) * size;
      let to = (y * width * count + c) * size;
      for (let x = 0; x < width; x++, at += across * size, to += count * size) {
        out[to] = chunk[at] as number;
        if (size === 2) out[to + 1] = chunk[at + 1] as number;
      }
    }
  }
  return out;
}
