/**
 * The list of a slide's glomeruli: ground truth that needs no picture.
 */
import { isSclerotic, type Landmark } from '../ground/landmarks.js';
import { newProbe, outlinePoints, probeOutline } from '../ground/outline.js';
import type { Scene } from '../render/scene.js';

export interface Glomerulus {
  /** Centre in slide pixels (0, 0 is the corner of the first pixel). */
  readonly x: number;
  readonly y: number;
  /** Diameter of the circle with the same mean radius, in micrometres. */
  readonly diameterMicrons: number;
  /** 1: normal. 2: globally sclerotic. */
  readonly label: 1 | 2;
  /** Bowman's capsule in slide pixels, closed implicitly. */
  readonly outline: readonly { readonly x: number; readonly y: number }[];
}

const POINTS = 96;

/** Every glomerulus that labels at least one pixel of the slide. */
export function glomeruliOf(
  scene: Scene,
  slide: { micronsPerPixel: number; slideWidth: number; slideHeight: number },
  sclerotic: number,
): Glomerulus[] {
  const { width, height } = scene.layout.size;
  const marks = scene.landmarksIn({ x0: 0, y0: 0, x1: width, y1: height });
  const mpp = slide.micronsPerPixel;
  return marks
    .filter((mark) => mark.kind === 'glomerulus' && labelsAPixel(mark, slide))
    .sort((a, b) => a.outline.y - b.outline.y || a.outline.x - b.outline.x)
    .map((mark) => ({ outline: mark.outline, label: isSclerotic(mark, sclerotic) ? (2 as const) : (1 as const) }))
    .map(({ outline, label }) => ({
      label,
      x: outline.x / mpp,
      y: outline.y / mpp,
      diameterMicrons: 2 * outline.radius,
      outline: outlinePoints(outline, POINTS).map((point) => ({ x: point.x / mpp, y: point.y / mpp })),
    }));
}

/** Decided at pixel centres, like the labels themselves. */
function labelsAPixel(
  { outline }: Landmark,
  slide: { micronsPerPixel: number; slideWidth: number; slideHeight: number },
): boolean {
  const mpp = slide.micronsPerPixel;
  const probe = newProbe();
  const left = Math.max(0, Math.floor((outline.x - outline.reach) / mpp));
  const right = Math.min(slide.slideWidth - 1, Math.ceil((outline.x + outline.reach) / mpp));
  const top = Math.max(0, Math.floor((outline.y - outline.reach) / mpp));
  const bottom = Math.min(slide.slideHeight - 1, Math.ceil((outline.y + outline.reach) / mpp));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      if (probeOutline(outline, (column + 0.5) * mpp, (row + 0.5) * mpp, probe) <= 0) return true;
    }
  }
  return false;
}
