/** Polygons as they are drawn on a slide, in flat arrays: a million corners take 16 MB, where arrays of pairs take ten times that. */

/** Corners as x, y, x, y, ... in level-0 pixels, where pixel (x, y) reaches from (x, y) to (x + 1, y + 1); closed or not. */
export type Ring = Float64Array;

export interface LabelledRings {
  /** 0 to 255; 0 wipes what lies below. */
  readonly label: number;
  /** The outer ring, then holes. */
  readonly rings: readonly Ring[];
}
