/** The matrix from level-0 pixels to a canvas, from what OpenSeadragon says of its viewport; and the way back. */
import type { Camera } from '../overlay/overlay.js';
import type { View } from '../state/address.js';
import type { Box } from '../state/camera.js';
import type { Point } from '../tools/tool.js';

/** As OpenSeadragon's viewport has it: lengths in widths of the slide. */
export interface Viewport {
  /** The middle of the view. */
  readonly centre: Point;
  /** What the view is wide and high before it is turned. */
  readonly width: number;
  readonly height: number;
  /** Degrees, clockwise. */
  readonly rotation: number;
  /** Mirrored left and right on the screen, after the turn. */
  readonly flipped: boolean;
}

export interface Canvas {
  readonly width: number;
  readonly height: number;
}

/**
 * OpenSeadragon's drawers turn about the middle, scale to the canvas, then mirror; so does this. The canvas has whole
 * pixels where the view has not, so that the scales across and down may differ by a part of a pixel over the canvas.
 *
 * @param slideWidth level-0 pixels
 */
export function cameraOf(viewport: Viewport, canvas: Canvas, slideWidth: number): Camera {
  const across = canvas.width / (viewport.width * slideWidth);
  const down = canvas.height / (viewport.height * slideWidth);
  const angle = (viewport.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const mirror = viewport.flipped ? -1 : 1;
  const [a, c] = [mirror * across * cos, -mirror * across * sin];
  const [b, d] = [down * sin, down * cos];
  const [x, y] = [viewport.centre.x * slideWidth, viewport.centre.y * slideWidth];
  return { a, b, c, d, e: canvas.width / 2 - a * x - c * y, f: canvas.height / 2 - b * x - d * y };
}

export const project = ({ a, b, c, d, e, f }: Camera, { x, y }: Point): Point => ({
  x: a * x + c * y + e,
  y: b * x + d * y + f,
});

export function unproject({ a, b, c, d, e, f }: Camera, { x, y }: Point): Point {
  const determinant = a * d - b * c;
  return {
    x: (d * (x - e) - c * (y - f)) / determinant,
    y: (a * (y - f) - b * (x - e)) / determinant,
  };
}

/** Device pixels per level-0 pixel. */
export const scaleOf = ({ a, b, c, d }: Camera): number => Math.sqrt(Math.abs(a * d - b * c));

/** @param cssWidth of the pane, CSS pixels */
export const viewOf = (viewport: Viewport, cssWidth: number, slideWidth: number): View => ({
  x: viewport.centre.x * slideWidth,
  y: viewport.centre.y * slideWidth,
  zoom: cssWidth / (viewport.width * slideWidth),
  rotation: ((viewport.rotation % 360) + 360) % 360,
  flipped: viewport.flipped,
});

/**
 * The view in which a point of the slide lies at a place of the screen.
 *
 * @param point level-0 pixels
 * @param offset from the middle of the pane, CSS pixels
 * @param zoom CSS pixels per level-0 pixel
 */
export function viewAround(view: View, point: Point, offset: Point, zoom: number): View {
  const angle = (view.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const across = view.flipped ? -offset.x : offset.x;
  return {
    ...view,
    zoom,
    x: point.x - (across * cos + offset.y * sin) / zoom,
    y: point.y - (offset.y * cos - across * sin) / zoom,
  };
}

/** The upright box of level-0 pixels around what a canvas shows. */
export function boxSeen(camera: Camera, { width, height }: Canvas): Box {
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: 0, y: height },
    { x: width, y: height },
  ].map((corner) => unproject(camera, corner));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
