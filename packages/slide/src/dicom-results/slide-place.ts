/**
 * Where pixels lie on the glass. Offsets of an image are those of the centre of its first pixel, as in the voxels of other modalities; outlines run
 * along the edges of pixels. Source: PS3.3, C.8.12.2.1.1 and C.8.12.4.1 (Slide Coordinate System).
 */
export interface SlidePlace {
  /** Of the whole picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** Millimetres between the centres of neighbouring pixels. */
  readonly spacing: { readonly x: number; readonly y: number };
  /** Millimetres: the centre of the first pixel. */
  readonly origin: { readonly x: number; readonly y: number };
  /** Cosines of the direction in which columns count up, then of that in which rows do: three each. */
  readonly orientation: readonly number[];
}

/** X, y and z in millimetres. */
export type SlidePoint = readonly [x: number, y: number, z: number];

/**
 * The centre of a pixel.
 * @param column from 0 @param row from 0; both may be fractions
 * @example
 * pixelCentre(place, 0, 0); // [place.origin.x, place.origin.y, 0]
 */
export function pixelCentre({ spacing, origin, orientation }: SlidePlace, column: number, row: number): SlidePoint {
  const [along, down] = [column * spacing.x, row * spacing.y];
  const part = (axis: number): number => (orientation[axis] ?? 0) * along + (orientation[axis + 3] ?? 0) * down;
  return [origin.x + part(0), origin.y + part(1), part(2)];
}

/**
 * The other way round: from millimetres to pixels from the left and upper edge of the picture, as outlines have them.
 * @example
 * pixelPoint(place, ...pixelCentre(place, 3, 4)); // [3.5, 4.5]
 */
export function pixelPoint(
  { spacing, origin, orientation }: SlidePlace,
  x: number,
  y: number,
): readonly [x: number, y: number] {
  const [a = 0, b = 0, , c = 0, d = 0] = orientation;
  const [right, down] = [x - origin.x, y - origin.y];
  const turned = a * d - b * c;
  return [(d * right - c * down) / (turned * spacing.x) + 0.5, (a * down - b * right) / (turned * spacing.y) + 0.5];
}

/**
 * A corner of an outline.
 * @param x from the left edge of the picture, pixels; the first pixel reaches from 0 to 1 @param y from its upper edge
 */
export const outlinePoint = (place: SlidePlace, x: number, y: number): SlidePoint =>
  pixelCentre(place, x - 0.5, y - 0.5);
