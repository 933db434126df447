/** One drawn object of an annotation file, whatever program drew it. Coordinates are level-0 pixels. */
import type { Ring } from '@ftuseg/core';
import type { LeftOutReason } from '../report/report.js';

/** Why an object without an area has none. */
export type WithoutArea = Extract<LeftOutReason, 'points' | 'lines' | 'without geometry' | 'empty' | 'pictures'>;

export interface Shape {
  /** Of its class; undefined: it has none. */
  readonly name: string | undefined;
  /** Names that it is also known by, the nearest first: where the class map does not take `name`, the first of these that it takes counts. */
  readonly inherits?: readonly string[];
  /** In each the outer ring, then holes; empty for what has no area. */
  readonly polygons: readonly (readonly Ring[])[];
  /** Set where `polygons` is empty. */
  readonly withoutArea?: WithoutArea;
  /** It takes away from the objects of its layer instead. */
  readonly negative?: boolean;
  /** Objects of one layer are painted together; default 0. */
  readonly layer?: number;
  /** It came in a GeometryCollection. */
  readonly collection?: boolean;
  /** The picture that it was drawn on, by its file, where that is called otherwise than the slide. */
  readonly drawnOn?: string;
}

/** A shape without an area. */
export const bareShape = (name: string | undefined, withoutArea: WithoutArea): Shape => ({
  name,
  polygons: [],
  withoutArea,
});

/** A shape of one outline. */
export const ringShape = (name: string | undefined, ring: Ring): Shape =>
  ring.length === 0 ? bareShape(name, 'empty') : { name, polygons: [[ring]] };

/** The corners of an axis-parallel rectangle. */
export function boxRing(x: readonly number[], y: readonly number[]): Ring {
  const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  return Float64Array.of(left, top, right, top, right, bottom, left, bottom);
}

/** Corners of the polygon that stands for an ellipse: its sides leave the curve by less than a thousandth of the radius. */
const ELLIPSE_CORNERS = 72;

/** An axis-parallel ellipse around a centre. */
export function ellipseRing(x: number, y: number, radiusX: number, radiusY: number): Ring {
  const ring = new Float64Array(2 * ELLIPSE_CORNERS);
  for (let i = 0; i < ELLIPSE_CORNERS; i++) {
    const angle = (2 * Math.PI * i) / ELLIPSE_CORNERS;
    ring[2 * i] = x + radiusX * Math.cos(angle);
    ring[2 * i + 1] = y + radiusY * Math.sin(angle);
  }
  return ring;
}
