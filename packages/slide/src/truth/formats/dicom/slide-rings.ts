/** Outlines that lie in millimetres on the glass, as pixels of the slide. */
import type { Ring } from '@ftuseg/core';
import { pixelPoint, type SlidePlace } from '../../../dicom-results/slide-place.js';

/** @param corners x, y, ... @param place of the slide, where they are millimetres; undefined: they are pixels of its largest level */
export function ringOf(corners: Float64Array, place: SlidePlace | undefined): Ring {
  if (place === undefined) return corners;
  const ring = new Float64Array(corners.length);
  for (let at = 0; at + 1 < corners.length; at += 2) {
    const [x, y] = pixelPoint(place, corners[at] as number, corners[at + 1] as number);
    ring[at] = x;
    ring[at + 1] = y;
  }
  return ring;
}

/** Corners of the polygon that stands for an ellipse. */
const CORNERS = 72;

/** @param ends of the major axis, then of the minor axis. Source: PS3.3, C.18.6.1.2 */
export function ringOfEllipse(ends: Ring): Ring {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = ends;
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [major, minor] = [
    [(x1 - x0) / 2, (y1 - y0) / 2],
    [(x3 - x2) / 2, (y3 - y2) / 2],
  ] as const;
  const ring = new Float64Array(2 * CORNERS);
  for (let i = 0; i < CORNERS; i++) {
    const angle = (2 * Math.PI * i) / CORNERS;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    ring[2 * i] = x + major[0] * c + minor[0] * s;
    ring[2 * i + 1] = y + major[1] * c + minor[1] * s;
  }
  return ring;
}
