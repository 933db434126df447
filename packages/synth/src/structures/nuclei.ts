/**
 * Cell nuclei: where they sit in tubules and between them, and how one is stained into a plate.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import type { Layout } from '../ground/layout.js';
import { thinPixel } from '../ground/matter.js';
import { hashCell, hashUnit, type ValueNoise } from '../ground/noise.js';
import { newProbe, probeOutline } from '../ground/outline.js';
import { cover, FAR, type Plate, pixelsOf, plateArea } from '../ground/plate.js';
import type { Tubule } from '../tubules/tubules.js';
import { wallAt } from './field.js';

export interface Nucleus {
  /** Centre in micrometres. */
  readonly x: number;
  readonly y: number;
  /** Half axes in micrometres; the long one points along (cos, sin). */
  readonly long: number;
  readonly short: number;
  readonly cos: number;
  readonly sin: number;
  /** Haematoxylin, about 1. */
  readonly density: number;
}

/** No nucleus is longer than this from its centre. */
export const NUCLEUS_REACH = 8;

/** Stains one nucleus: pale inside, dark rim, clumped chromatin. */
export function stainNucleus(plate: Plate, noise: ValueNoise, nucleus: Nucleus): void {
  const { x, y, long, short, cos, sin, density } = nucleus;
  const mpp = plate.micronsPerPixel;
  const { matter } = plate.buffers;
  const edge = Math.max(mpp, 0.7);
  const reach = long + edge;
  const span = pixelsOf(plate, { x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach });
  for (let row = span.y0; row < span.y1; row++) {
    const py = (plate.y + row + 0.5) * mpp;
    for (let column = span.x0; column < span.x1; column++) {
      const px = (plate.x + column + 0.5) * mpp;
      const u = ((px - x) * cos + (py - y) * sin) / long;
      const v = ((py - y) * cos - (px - x) * sin) / short;
      const r = Math.sqrt(u * u + v * v);
      const share = cover((1 - r) * short, edge);
      if (share === 0) continue;
      const r2 = r * r;
      const chromatin = 0.7 + 0.36 * r2 * r2 + 0.42 * noise.at(px / 1.25 + 17, py / 1.25);
      const at = row * plate.width + column;
      const under = plate.buffers.hematoxylin[at] as number;
      plate.buffers.hematoxylin[at] = under + (Math.max(under, density * chromatin) - under) * share;
      plate.buffers.schiff[at] = (plate.buffers.schiff[at] as number) * (1 - 0.62 * share) + 0.06 * share;
      if (matter !== undefined) thinPixel(matter, at, 1 - 0.7 * share);
    }
  }
}

/**
 * The nuclei in a tubule's wall: walks round it and casts a ray outwards from the centre line at every step.
 * `neighbours` and `near` are the tubules and the solid landmarks that touch its area.
 */
export function tubuleNuclei(
  layout: Layout,
  tubule: Tubule,
  neighbours: readonly Tubule[],
  near: readonly Landmark[],
): Nucleus[] {
  const out: Nucleus[] = [];
  const random = createRandom(mixSeeds(tubule.seed, 7));
  const { look, segments } = tubule;
  const count = segments.length / 5;
  const probe = newProbe();
  const land = (x: number, y: number): number =>
    near.reduce((least, { outline }) => Math.min(least, probeOutline(outline, x, y, probe)), FAR);

  const place = (x: number, y: number, nx: number, ny: number): void => {
    if (random.chance(look.nucleusSpacing > 12 ? layout.tubules.missed : 0.1)) return;
    let travelled = 0;
    for (let i = 0; i < 7; i++) {
      const wall = wallAt(
        tubule,
        neighbours,
        land(x + nx * travelled, y + ny * travelled),
        x + nx * travelled,
        y + ny * travelled,
      );
      if (wall > -0.5) break;
      travelled -= wall * 0.95;
    }
    const [ex, ey] = [x + nx * travelled, y + ny * travelled];
    const gap = halfGap(layout, layout.infiltrate(ex, ey), layout.fibrosis(ex, ey));
    const depth = gap + look.nucleusDepth * random.uniform(0.85, tubule.lumen === 0 ? 2.4 : 1.3);
    const distance = travelled - depth;
    if (distance < 1.5) return;
    const size = look.nucleusRadius * random.uniform(0.86, 1.14);
    const shape = random.uniform(1, tubule.kind === 'arteriole' || tubule.kind === 'cast' ? 2.2 : 1.5);
    const tilt = random.uniform(-0.5, 0.5);
    out.push({
      x: x + nx * distance,
      y: y + ny * distance,
      long: Math.min(NUCLEUS_REACH - 1, size * Math.sqrt(shape)),
      short: size / Math.sqrt(shape),
      cos: (-ny + nx * tilt) / Math.hypot(1, tilt),
      sin: (nx + ny * tilt) / Math.hypot(1, tilt),
      density: random.uniform(0.55, 1.1),
    });
  };

  const spacing = (): number => look.nucleusSpacing * random.uniform(0.75, 1.25);
  for (const side of [1, -1]) {
    let left = spacing();
    for (let k = 0; k < count; k++) {
      const dx = segments[k * 5 + 2] ?? 0;
      const dy = segments[k * 5 + 3] ?? 0;
      const length = Math.hypot(dx, dy);
      if (length < 1e-6) continue;
      while (left < length) {
        const t = left / length;
        place(
          (segments[k * 5] ?? 0) + dx * t,
          (segments[k * 5 + 1] ?? 0) + dy * t,
          (-dy / length) * side,
          (dx / length) * side,
        );
        left += spacing();
      }
      left -= length;
    }
  }
  for (const end of [0, count - 1]) {
    const flip = end === 0 ? -1 : 1;
    const dx = (segments[end * 5 + 2] ?? 1) * flip;
    const dy = (segments[end * 5 + 3] ?? 0) * flip;
    const x = (segments[end * 5] ?? 0) + (end === 0 ? 0 : dx);
    const y = (segments[end * 5 + 1] ?? 0) + (end === 0 ? 0 : dy);
    const heading = Math.atan2(dy, dx);
    const bow = 0.8 * tubule.radius;
    for (let along = spacing() / 2; along < Math.PI * bow; along += spacing()) {
      const angle = heading - Math.PI / 2 + along / bow;
      place(x, y, Math.cos(angle), Math.sin(angle));
    }
  }
  return out;
}

/** Half the width of the interstitium between tubules, in micrometres; infiltrates and fibres push the tubules apart. */
export function halfGap(layout: Layout, infiltrate: number, fibrosis: number): number {
  return layout.gap + 6 * infiltrate + 10 * fibrosis + 90 * Math.max(0, fibrosis - 0.75);
}

const INTERSTITIAL_PITCH = 7.5;

/** Nuclei between the tubules: flat ones along the walls, round lymphocytes where the interstitium is wide. */
export function interstitialNuclei(plate: Plate, layout: Layout, landmarks: readonly Landmark[]): Nucleus[] {
  const seed = mixSeeds(layout.seed, 8);
  const area = plateArea(plate);
  const mpp = plate.micronsPerPixel;
  const lymphoid = landmarks.filter((mark) => mark.kind === 'lymphoid');
  const probe = newProbe();
  const nuclei: Nucleus[] = [];
  const read = (x: number, y: number): number => {
    const column = Math.max(0, Math.min(plate.width - 1, Math.floor(x / mpp) - plate.x));
    const row = Math.max(0, Math.min(plate.height - 1, Math.floor(y / mpp) - plate.y));
    return plate.buffers.wall[row * plate.width + column] as number;
  };
  for (let j = Math.floor(area.y0 / INTERSTITIAL_PITCH) - 1; j * INTERSTITIAL_PITCH < area.y1; j++) {
    for (let i = Math.floor(area.x0 / INTERSTITIAL_PITCH) - 1; i * INTERSTITIAL_PITCH < area.x1; i++) {
      const cell = hashCell(seed, i, j);
      const x = (i + 0.08 + 0.84 * hashUnit(cell, 1, 0)) * INTERSTITIAL_PITCH;
      const y = (j + 0.08 + 0.84 * hashUnit(cell, 2, 0)) * INTERSTITIAL_PITCH;
      const wall = read(x, y);
      const infiltrate = layout.infiltrate(x, y);
      const fibrosis = layout.fibrosis(x, y);
      const gap = halfGap(layout, infiltrate, fibrosis);
      const room = wall + gap;
      if (room < -1.2) continue;
      const draw = hashUnit(cell, 3, 0);
      const inPatch = lymphoid.some((mark) => probeOutline(mark.outline, x, y, probe) < 0);
      const share = inPatch ? 0.86 : Math.min(0.85, 0.3 * (1 - 0.72 * fibrosis) + 1.2 * infiltrate);
      if (draw > share) continue;
      const step = Math.max(mpp, 1);
      let gx = read(x + step, y) - read(x - step, y);
      let gy = read(x, y + step) - read(x, y - step);
      const slope = Math.hypot(gx, gy);
      if (slope > 1e-3) {
        gx /= slope;
        gy /= slope;
      } else {
        gx = 1;
        gy = 0;
      }
      const round =
        inPatch || (gap > 2.5 && fibrosis < 0.3) || infiltrate > 0.3
          ? 0.75 + 0.25 * hashUnit(cell, 4, 0)
          : 0.3 + 0.3 * hashUnit(cell, 4, 0);
      const size = 2.35 + 0.6 * hashUnit(cell, 5, 0);
      nuclei.push({
        x,
        y,
        long: size / Math.sqrt(round),
        short: size * Math.sqrt(round),
        cos: -gy,
        sin: gx,
        density: 1 + 0.3 * hashUnit(cell, 6, 0),
      });
    }
  }
  return nuclei;
}
