/** Polygons to labels: a pixel belongs to a polygon when its centre lies inside (even-odd rule, so rings cut holes). */
import { emptyRaster, type Raster, type Rect } from '@ftuseg/core';

export interface LabelledPolygon {
  readonly label: number;
  /** Outer ring and holes, in level-0 pixels; closed or not. */
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[];
}

/**
 * The labels of a window; where polygons overlap the last one counts.
 * @example
 * fillPolygons([{ label: 1, rings: [[[0, 0], [4, 0], [4, 4], [0, 4]]] }], { x: 0, y: 0, width: 8, height: 8 });
 */
export function fillPolygons(polygons: readonly LabelledPolygon[], { x, y, width, height }: Rect): Raster {
  const out = emptyRaster(width, height);
  for (const { label, rings } of polygons) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const ring of rings) {
      for (const [, py] of ring) {
        low = Math.min(low, py);
        high = Math.max(high, py);
      }
    }
    const first = Math.max(y, Math.ceil(low - 0.5));
    const last = Math.min(y + height - 1, Math.floor(high - 0.5));
    for (let row = first; row <= last; row++) {
      const crossings = crossingsAt(rings, row + 0.5);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(x, Math.ceil((crossings[i] as number) - 0.5));
        const to = Math.min(x + width, Math.ceil((crossings[i + 1] as number) - 0.5));
        const base = (row - y) * width - x;
        if (to > from) out.data.fill(label, base + from, base + to);
      }
    }
  }
  return out;
}

/** Where the horizontal line crosses the rings, from left to right. */
function crossingsAt(rings: LabelledPolygon['rings'], y: number): number[] {
  const found: number[] = [];
  for (const ring of rings) {
    let before = ring.at(-1);
    for (const point of ring) {
      if (before !== undefined) {
        const [ax, ay] = before;
        const [bx, by] = point;
        if (ay <= y !== by <= y) found.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      }
      before = point;
    }
  }
  return found.sort((a, b) => a - b);
}
