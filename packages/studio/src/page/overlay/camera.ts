/** What a camera shows, and where things of the slide lie on the canvas. */
import type { Point } from '../tools/tool.js';
import type { Camera } from './overlay.js';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Device pixels per level-0 pixel. */
export const scaleOf = ({ a, b, c, d }: Camera): number => Math.sqrt(Math.abs(a * d - b * c));

export const toDevice = ({ a, b, c, d, e, f }: Camera, x: number, y: number): Point => ({
  x: a * x + c * y + e,
  y: b * x + d * y + f,
});

/** The place on the slide, in level-0 pixels, of a place on the canvas. */
export function toSlide({ a, b, c, d, e, f }: Camera, x: number, y: number): Point {
  const area = a * d - b * c;
  return { x: (d * (x - e) - c * (y - f)) / area, y: (a * (y - f) - b * (x - e)) / area };
}

/** The upright box around what a canvas of that many device pixels shows, in level-0 pixels. */
export function visibleBox(camera: Camera, width: number, height: number): Box {
  const corners = [
    toSlide(camera, 0, 0),
    toSlide(camera, width, 0),
    toSlide(camera, 0, height),
    toSlide(camera, width, height),
  ];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Whole numbers near the middle of the view, from which places stay exact in 32-bit floats wherever on the slide they are. */
export interface Placing {
  /** Device pixels per unit: a, b, c, d of the camera. */
  readonly turn: readonly [number, number, number, number];
  /** In units from the origin of what is placed. */
  readonly centre: readonly [number, number];
  /** Where the centre lies, device pixels. */
  readonly middle: readonly [number, number];
}

/**
 * @param originX in units, as `originY`: from where places are counted
 * @param units per level-0 pixel
 */
export function placingOf(
  camera: Camera,
  view: { readonly width: number; readonly height: number },
  originX: number,
  originY: number,
  units: number,
): Placing {
  const middle = toSlide(camera, view.width / 2, view.height / 2);
  const [x, y] = [Math.round(middle.x * units), Math.round(middle.y * units)];
  const device = toDevice(camera, x / units, y / units);
  return {
    turn: [camera.a / units, camera.b / units, camera.c / units, camera.d / units],
    centre: [x - originX, y - originY],
    middle: [device.x, device.y],
  };
}
