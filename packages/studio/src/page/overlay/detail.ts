/** How much of every layer is drawn, so that a frame never takes more vertices than any graphics card draws at once. */
import { coverageLevels } from '../../outlines/coverage/coverage.js';
import { DETAIL_LEVELS } from '../../outlines/index-layout.js';

/** Vertices of all draw calls of a frame. */
export const MAX_FRAME_VERTICES = 600_000;

/** Vertices that are left for tiles, coverings, markers and the sketch. */
export const RESERVED_VERTICES = 20_000;

/** Octets of chunks that a frame may ask for: what is more is shown by its coverage. */
export const MAX_FRAME_OCTETS = 64 << 20;

/** Where simplified outlines look the same, exact ones are drawn up to so many vertices: weak graphics stay quick. */
export const MAX_EXACT_VERTICES = 150_000;

/** Vertices for each side of an outline: a quad, and for the filling a triangle. */
export const LINE_VERTICES = 4;
export const FILL_VERTICES = 3;

/** `full`: every corner. `simple`: corners that are seen. `coverage`: rasters. */
export type Detail = 'full' | 'simple' | 'coverage';

export interface DetailNeed {
  /** Vertices to draw. */
  readonly full: number;
  readonly simple: number;
  /** Octets of the chunks, either way. */
  readonly octets: number;
}

/**
 * Divides a frame's vertices among layers: each has an equal share, and what one leaves is the others'.
 * @returns for each layer, in order
 */
export function chooseDetails(needs: readonly DetailNeed[], vertices: number): Detail[] {
  const chosen = needs.map((): Detail => 'coverage');
  const order = needs.map((_, i) => i).sort((a, b) => (needs[a]?.full ?? 0) - (needs[b]?.full ?? 0));
  let [left, octets] = [vertices, MAX_FRAME_OCTETS];
  for (const [passed, i] of order.entries()) {
    const need = needs[i];
    if (need === undefined) continue;
    const share = left / (order.length - passed);
    const exact = need.simple < need.full ? Math.min(share, MAX_EXACT_VERTICES) : share;
    const fitting = need.full <= exact ? 'full' : need.simple <= share ? 'simple' : 'coverage';
    const detail = need.octets > octets ? 'coverage' : fitting;
    chosen[i] = detail;
    if (detail === 'coverage') continue;
    left -= need[detail];
    octets -= need.octets;
  }
  return chosen;
}

/**
 * The level of detail whose outlines lie within half a device pixel of the exact ones.
 * @param scale device pixels per level-0 pixel
 */
export function detailAt(scale: number): number {
  return Math.max(0, Math.min(DETAIL_LEVELS - 1, Math.floor(Math.log2(1 / scale))));
}

/**
 * The level of coverage whose texels are at least the square root of two device pixels wide: such a square holds the middle of a pixel
 * however it is turned, so that none is passed over.
 */
export function coverageLevelAt(scale: number, size: { readonly width: number; readonly height: number }): number {
  const level = Math.ceil(Math.log2(Math.SQRT2 / scale));
  return Math.max(0, Math.min(coverageLevels(size) - 1, level));
}

/** The level of a map whose pixels are nearest below a device pixel, or its finest. */
export function mapLevelAt(scale: number, downsample: number, levels: number): number {
  return Math.max(0, Math.min(levels - 1, Math.floor(Math.log2(1 / (scale * downsample)))));
}
