/** The centre line of a tubule: smoothed, as segments, and how far a point is from it. */
import type { Random } from '@ftuseg/core';
import type { Area } from '../ground/area.js';

/** Micrometres. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Chaikin's corner cutting; a single point becomes a short dash, so that rounds are not circles. */
export function smoothLine(random: Random, points: readonly Point[]): Point[] {
  const [first = { x: 0, y: 0 }, second] = points;
  const last = points[points.length - 1] ?? first;
  if (second === undefined) {
    const angle = random.uniform(0, Math.PI);
    const half = random.uniform(1, 9);
    const dx = Math.cos(angle) * half;
    const dy = Math.sin(angle) * half;
    return [
      { x: first.x - dx, y: first.y - dy },
      { x: first.x + dx, y: first.y + dy },
    ];
  }
  if (points.length === 2) {
    const bend = random.uniform(-0.16, 0.16);
    const middle = {
      x: (first.x + second.x) / 2 + (second.y - first.y) * bend,
      y: (first.y + second.y) / 2 - (second.x - first.x) * bend,
    };
    return [first, middle, second];
  }
  const cut: Point[] = [first];
  for (let k = 0; k + 1 < points.length; k++) {
    const a = points[k] ?? first;
    const b = points[k + 1] ?? last;
    if (k > 0) cut.push({ x: a.x * 0.75 + b.x * 0.25, y: a.y * 0.75 + b.y * 0.25 });
    if (k + 2 < points.length) cut.push({ x: a.x * 0.25 + b.x * 0.75, y: a.y * 0.25 + b.y * 0.75 });
  }
  cut.push(last);
  return cut;
}

/** As `Tubule.segments` has them. */
export function toSegments(line: readonly Point[]): Float64Array {
  const segments = new Float64Array((line.length - 1) * 5);
  for (let k = 0; k + 1 < line.length; k++) {
    const a = line[k] ?? { x: 0, y: 0 };
    const b = line[k + 1] ?? a;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    segments.set([a.x, a.y, dx, dy, 1 / Math.max(1e-9, dx * dx + dy * dy)], k * 5);
  }
  return segments;
}

export function boundingArea(line: readonly Point[], margin: number): Area {
  const xs = line.map((point) => point.x);
  const ys = line.map((point) => point.y);
  return {
    x0: Math.min(...xs) - margin,
    y0: Math.min(...ys) - margin,
    x1: Math.max(...xs) + margin,
    y1: Math.max(...ys) + margin,
  };
}

/** Distance in micrometres from a point to the tubule's centre line. */
export function centreDistance(segments: Float64Array, x: number, y: number): number {
  let least = Infinity;
  for (let k = 0; k < segments.length; k += 5) {
    const px = x - (segments[k] as number);
    const py = y - (segments[k + 1] as number);
    const dx = segments[k + 2] as number;
    const dy = segments[k + 3] as number;
    let t = (px * dx + py * dy) * (segments[k + 4] as number);
    t = t < 0 ? 0 : Math.min(t, 1);
    const ex = px - t * dx;
    const ey = py - t * dy;
    const squared = ex * ex + ey * ey;
    if (squared < least) least = squared;
  }
  return Math.sqrt(least);
}
