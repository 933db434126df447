/** Where the published solution puts its windows: level-0 pixels, evenly spread, the last one moved to the slide's end. */

export interface WindowGrid {
  /** Side of a window, level-0 pixels. */
  readonly window: number;
  /** Left and upper edges of windows, ascending. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/**
 * The grid along one axis: `length / (window - overlap)` windows, rounded down, and one more, evenly spread from 0, the last of them moved to
 * the end. Where the others begin is NumPy's `linspace(0, length, count, endpoint=False, dtype=int64)`: the step is a quotient in float64,
 * so that a start can be one pixel less than exact arithmetic has it. On an axis that is shorter than a window there is one, at 0.
 * @example
 * referenceGrid(1000, 256, 32); // [0, 200, 400, 600, 744]
 */
export function referenceGrid(length: number, window: number, overlap: number): number[] {
  if (length <= window) return [0];
  const count = Math.floor(length / (window - overlap)) + 1;
  const step = length / count;
  const starts = Array.from({ length: count }, (_, i) => Math.floor(i * step));
  starts[count - 1] = length - window;
  return [...new Set(starts)].sort((a, b) => a - b);
}

/**
 * @param slide level-0 pixels
 * @param tile side of what a network sees, working pixels
 * @param overlap of neighbours, working pixels
 * @param downsample level-0 pixels per working pixel; windows are rounded to whole pixels
 */
export function windowGrid(
  slide: { readonly width: number; readonly height: number },
  tile: number,
  overlap: number,
  downsample: number,
): WindowGrid {
  const window = Math.max(1, Math.round(tile * downsample));
  const shared = Math.min(Math.round(overlap * downsample), window - 1);
  return {
    window,
    columns: referenceGrid(slide.width, window, shared),
    rows: referenceGrid(slide.height, window, shared),
  };
}
