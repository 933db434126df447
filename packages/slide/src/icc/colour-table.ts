/** A table of colours over three channels, read between its entries by tetrahedra, as lcms2 reads it (Kasson et al. 1995). */

/**
 * @param table size^3 entries of 3 values each, 0..1; the first channel varies slowest
 * @param size of each side, at least 2
 * @returns writes the entry at a colour of 0..1 to `out`, which may be the colour itself
 */
export function colourTable(
  table: Float64Array,
  [across, down, deep]: readonly [number, number, number],
): (colour: Float64Array) => void {
  const strides = [3 * down * deep, 3 * deep, 3] as const;
  const place = (value: number, size: number): readonly [number, number] => {
    const at = Math.min(Math.max(value, 0), 1) * (size - 1);
    const below = Math.min(Math.floor(at), size - 2);
    return [below, at - below];
  };
  return (colour) => {
    const [i, x] = place(colour[0] as number, across);
    const [j, y] = place(colour[1] as number, down);
    const [k, z] = place(colour[2] as number, deep);
    const origin = i * strides[0] + j * strides[1] + k * strides[2];
    // From one corner to the opposite one along the axes, the largest share first.
    const steps = [
      [x, strides[0]],
      [y, strides[1]],
      [z, strides[2]],
    ] as [number, number][];
    steps.sort((a, b) => b[0] - a[0]);
    for (let c = 0; c < 3; c++) {
      let at = origin + c;
      let value = table[at] as number;
      for (const [share, stride] of steps) {
        const next = at + stride;
        value += share * ((table[next] as number) - (table[at] as number));
        at = next;
      }
      colour[c] = value;
    }
  };
}
