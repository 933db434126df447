/** Morphological closing with OpenCV's ellipse of 5 x 5: thin gaps of what the wand took are filled. */

/** Columns left and right of the middle, by row from the top. */
const REACH = [0, 2, 2, 2, 0] as const;

/** @param mask 0 or 1; beyond its border nothing counts, neither for growing nor for shrinking */
export function closed(mask: Uint8Array, width: number, height: number): Uint8Array {
  return swept(swept(mask, width, height, 1), width, height, 0);
}

/** Each pixel becomes `value` where one within the ellipse has it. */
function swept(mask: Uint8Array, width: number, height: number, value: 0 | 1): Uint8Array {
  const out = mask.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] !== value) continue;
      for (const [row, reach] of REACH.entries()) {
        const v = y + row - 2;
        if (v < 0 || v >= height) continue;
        out.fill(value, v * width + Math.max(0, x - reach), v * width + Math.min(width, x + reach + 1));
      }
    }
  }
  return out;
}
