/** Dilation of a grey map by a square, in a time that does not depend on the square's size (van Herk 1992; Gil & Werman 1993). */

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One line of a map: where it begins, how far its values lie apart, how many there are. */
interface Line {
  readonly from: number;
  readonly step: number;
  readonly length: number;
}

/**
 * The highest value within `radius` of each place, across and down; beyond the map there is nothing.
 * @param values row by row
 * @example
 * runningMaximum(Uint8Array.of(0, 0, 7, 0), { columns: 4, rows: 1 }, 1); // 0, 7, 7, 7
 */
export function runningMaximum(values: Uint8Array, { columns, rows }: Size, radius: number): Uint8Array {
  const out = values.slice();
  if (radius === 0) return out;
  for (let y = 0; y < rows; y++) alongLine(out, { from: y * columns, step: 1, length: columns }, radius);
  for (let x = 0; x < columns; x++) alongLine(out, { from: x, step: columns, length: rows }, radius);
  return out;
}

/** In pieces as long as the window, each window is the end of one piece and the beginning of the next. */
function alongLine(values: Uint8Array, { from, step, length }: Line, radius: number): void {
  const window = 2 * radius + 1;
  const padded = new Uint8Array(Math.ceil((length + 2 * radius) / window) * window);
  for (let i = 0; i < length; i++) padded[i + radius] = values[from + i * step] as number;
  const [forward, backward] = [padded.slice(), padded.slice()];
  for (let i = 1; i < padded.length; i++) {
    if (i % window !== 0) forward[i] = Math.max(forward[i] as number, forward[i - 1] as number);
  }
  for (let i = padded.length - 2; i >= 0; i--) {
    if (i % window !== window - 1) backward[i] = Math.max(backward[i] as number, backward[i + 1] as number);
  }
  for (let i = 0; i < length; i++) {
    values[from + i * step] = Math.max(backward[i] as number, forward[i + window - 1] as number);
  }
}
