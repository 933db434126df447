/**
 * Rectangles in micrometres on the slide, from its top left corner.
 */
export interface Area {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function overlaps(a: Area, b: Area): boolean {
  return a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;
}

export function contains(area: Area, x: number, y: number): boolean {
  return x >= area.x0 && x < area.x1 && y >= area.y0 && y < area.y1;
}

/** The area grown by `margin` on every side. */
export function grown(area: Area, margin: number): Area {
  return { x0: area.x0 - margin, y0: area.y0 - margin, x1: area.x1 + margin, y1: area.y1 + margin };
}

/** A square around a point; `half` is half its side. */
export function square(x: number, y: number, half: number): Area {
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}

export interface SlideSize {
  /** Extent of the slide in micrometres. */
  readonly width: number;
  readonly height: number;
}
