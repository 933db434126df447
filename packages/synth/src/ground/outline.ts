/**
 * Closed outlines (glomeruli, vessels) as a stretched circle with a few harmonics: r = R(1 + sum a_k cos k t + b_k sin k t).
 * The sign of the distance is exact, which is what makes the ground truth exact; its size is right to first order.
 */
import type { Random } from '@ftuseg/core';

export interface Outline {
  /** Centre, in micrometres from the slide's corner. */
  readonly x: number;
  readonly y: number;
  /** Mean radius in micrometres. */
  readonly radius: number;
  readonly cos: number;
  readonly sin: number;
  /** Semi-axis factors along and across the direction (cos, sin). */
  readonly along: number;
  readonly across: number;
  /** Harmonic amplitudes a_2, b_2, a_3, b_3, ... relative to the radius. */
  readonly harmonics: readonly number[];
  /** No point of the outline is farther from the centre than this, in micrometres. */
  readonly reach: number;
}

/** What is known about a point relative to an outline; filled by `probeOutline`. */
export interface Probe {
  /** Signed distance in micrometres, negative inside. */
  distance: number;
  /** 0 at the centre, 1 on the outline. */
  ratio: number;
  /** Unit direction from the centre, in the outline's own stretched frame. */
  cos: number;
  sin: number;
}

export const newProbe = (): Probe => ({ distance: 0, ratio: 0, cos: 1, sin: 0 });

/** Draws an outline; `stretch` is the ratio of the axes (>= 1), `bumps` the amplitude of each harmonic k as bumps / k. */
export function drawOutline(
  random: Random,
  shape: { x: number; y: number; radius: number; stretch: number; bumps: number },
): Outline {
  const angle = random.uniform(0, Math.PI);
  const along = Math.sqrt(shape.stretch);
  const harmonics: number[] = [];
  let total = 0;
  for (let k = 2; k <= 5; k++) {
    const size = (shape.bumps / k) * random.uniform(0.4, 1);
    const phase = random.uniform(0, 2 * Math.PI);
    harmonics.push(size * Math.cos(phase), size * Math.sin(phase));
    total += size;
  }
  return {
    x: shape.x,
    y: shape.y,
    radius: shape.radius,
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    along,
    across: 1 / along,
    harmonics,
    reach: shape.radius * along * (1 + total),
  };
}

/** Fills `out` for the point (x, y), in micrometres, and returns the signed distance. */
export function probeOutline(outline: Outline, x: number, y: number, out: Probe): number {
  const dx = x - outline.x;
  const dy = y - outline.y;
  const u = (dx * outline.cos + dy * outline.sin) / outline.along;
  const v = (dy * outline.cos - dx * outline.sin) / outline.across;
  const rho = Math.max(1e-6, Math.sqrt(u * u + v * v));
  const c = u / rho;
  const s = v / rho;
  let sum = 1;
  let slope = 0;
  let ck = c;
  let sk = s;
  const { harmonics } = outline;
  for (let i = 0; i < harmonics.length; i += 2) {
    const next = ck * c - sk * s;
    sk = sk * c + ck * s;
    ck = next;
    const a = harmonics[i] as number;
    const b = harmonics[i + 1] as number;
    sum += a * ck + b * sk;
    slope += (i / 2 + 2) * (b * ck - a * sk);
  }
  const edge = outline.radius * sum;
  const turn = (outline.radius * slope) / Math.max(rho, 0.5 * edge);
  const gu = (c + turn * s) / outline.along;
  const gv = (s - turn * c) / outline.across;
  out.ratio = rho / edge;
  out.cos = c;
  out.sin = s;
  out.distance = (rho - edge) / Math.sqrt(gu * gu + gv * gv);
  return out.distance;
}

/** The outline as `count` points in micrometres, counter-clockwise in its own frame. */
export function outlinePoints(outline: Outline, count: number): { x: number; y: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const t = (2 * Math.PI * i) / count;
    return pointAt(outline, Math.cos(t), Math.sin(t), 1);
  });
}

/** The point in direction (c, s) of the outline's frame at `ratio` of the way to the outline. */
export function pointAt(outline: Outline, c: number, s: number, ratio: number): { x: number; y: number } {
  let sum = 1;
  let ck = c;
  let sk = s;
  for (let i = 0; i < outline.harmonics.length; i += 2) {
    const next = ck * c - sk * s;
    sk = sk * c + ck * s;
    ck = next;
    sum += (outline.harmonics[i] ?? 0) * ck + (outline.harmonics[i + 1] ?? 0) * sk;
  }
  const u = outline.radius * sum * ratio * c * outline.along;
  const v = outline.radius * sum * ratio * s * outline.across;
  return { x: outline.x + u * outline.cos - v * outline.sin, y: outline.y + u * outline.sin + v * outline.cos };
}
