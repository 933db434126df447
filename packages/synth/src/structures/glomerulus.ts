/**
 * A glomerulus: Bowman's capsule, Bowman's space, and a lobulated tuft of capillary loops and mesangium full of nuclei.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import { hashCell, hashUnit, type ValueNoise } from '../ground/noise.js';
import { newProbe, type Outline, type Probe, pointAt, probeOutline } from '../ground/outline.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import type { Nucleus } from './nuclei.js';
import { stainInside } from './stain-inside.js';

interface Lobe {
  /** Centre and radius in the frame where the capsule is the unit circle. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

interface Tuft {
  readonly lobes: readonly Lobe[];
  /** Direction of the vascular pole, where the tuft hangs on the capsule. */
  readonly poleX: number;
  readonly poleY: number;
  readonly capsule: number;
  /** Share of capillary loops that are open, and of mesangium. */
  readonly open: number;
  readonly mesangium: number;
}

const LOOP_PITCH = 11.5;
const NUCLEUS_PITCH = 8.6;

function drawTuft(mark: Landmark): Tuft {
  const random = createRandom(mixSeeds(mark.seed, 11));
  const pole = random.uniform(0, 2 * Math.PI);
  const poleX = Math.cos(pole);
  const poleY = Math.sin(pole);
  // Room in the capsule: mostly a thin crescent, sometimes a shrunken tuft.
  const fill = random.chance(0.15) ? random.uniform(0.72, 0.84) : random.uniform(0.9, 1.02);
  const shift = Math.max(0, 1 - fill) * 0.9;
  const lobes: Lobe[] = [{ x: poleX * shift, y: poleY * shift, radius: fill * 0.6 }];
  const count = 7 + random.int(4);
  for (let k = 0; k < count; k++) {
    const angle = pole + (2 * Math.PI * (k + random.uniform(-0.38, 0.38))) / count;
    const size = random.uniform(0.2, 0.38) * fill;
    const out = (fill - size) * random.uniform(0.9, 1);
    lobes.push({ x: poleX * shift + Math.cos(angle) * out, y: poleY * shift + Math.sin(angle) * out, radius: size });
  }
  return {
    lobes,
    poleX,
    poleY,
    capsule: random.uniform(2, 3.6),
    open: random.uniform(0.5, 0.85),
    mesangium: random.uniform(0.8, 1.25),
  };
}

interface TuftProbe {
  /** Signed distance to the tuft's surface in micrometres, negative inside. */
  distance: number;
  /** Distance to the cleft between the two nearest lobes in micrometres. */
  cleft: number;
}

/** Where the point (x, y), probed against the capsule before, lies relative to the tuft. */
function probeTuft(
  outline: Outline,
  tuft: Tuft,
  noise: ValueNoise,
  probe: Probe,
  x: number,
  y: number,
  out: TuftProbe,
): void {
  const wobble = noise.at(x / 9 + 3, y / 9 + 44);
  // Bent coordinates, so that the clefts between lobes are not straight.
  const qx = probe.cos * probe.ratio + 0.055 * noise.at(x / 17 + 28, y / 17 + 63) + 0.012 * wobble;
  const qy = probe.sin * probe.ratio + 0.055 * noise.at(x / 17 + 83, y / 17 + 7);
  let first = 9;
  let second = 9;
  for (const lobe of tuft.lobes) {
    const dx = qx - lobe.x;
    const dy = qy - lobe.y;
    const distance = Math.sqrt(dx * dx + dy * dy) - lobe.radius;
    if (distance < first) {
      second = first;
      first = distance;
    } else if (distance < second) {
      second = distance;
    }
  }
  out.cleft = ((second - first) * outline.radius) / 2;
  const h = Math.max(0, 0.07 - (second - first));
  const surface = (first - (h * h) / 0.28) * outline.radius + 2.6 * wobble;
  // The tuft keeps off the capsule except at its pole.
  const atPole = Math.max(0, qx * tuft.poleX + qy * tuft.poleY - 0.8) * 60;
  out.distance = Math.max(surface, probe.distance + Math.max(0, 5.5 - atPole) + wobble);
}

/** Stains the glomerulus into the plate; the capsule's outer edge is the outline. */
export function shadeGlomerulus(plate: Plate, noise: ValueNoise, mark: Landmark): void {
  const { outline } = mark;
  const tuft = drawTuft(mark);
  const { micronsPerPixel: mpp } = plate;
  const pixel = Math.max(mpp, 0.5);
  const grain = Math.min(1, 1.1 / mpp);
  const inner: TuftProbe = { distance: 0, cleft: 0 };
  const loop: Loop = { border: 0, id: 0 };
  stainInside(plate, outline, pixel, ({ x, y, distance }, probe, stains) => {
    const wobble = noise.at(x / 9 + 3, y / 9 + 44);
    const middle = noise.at(x / 4.3, y / 4.3 + 60);
    const fine = grain * noise.at(x / 1.5 + 33, y / 1.5);
    probeTuft(outline, tuft, noise, probe, x, y, inner);

    // Bowman's space: nearly empty.
    let schiff = 0.025 + 0.02 * Math.max(0, middle);
    let hematoxylin = 0.012;
    const slit = inner.cleft - 0.9 - 2.2 * noise.at(x / 21 + 8, y / 21 + 2);
    const flesh = Math.min(-inner.distance, inner.distance > -26 ? slit * 1.2 : 99);
    const body = cover(flesh, Math.max(pixel, 0.8));
    if (body > 0) {
      probeLoop(mark.seed, x + 5.5 * wobble + 1.6 * middle, y + 5.5 * noise.at(x / 9 + 55, y / 9 + 9), loop);
      const kind = hashUnit(loop.id, 1, 0);
      const wall = 0.7 + 2.3 * hashUnit(loop.id, 2, 0) ** 2;
      const depth = Math.min(loop.border - wall, flesh - 1.2);
      const lumen = cover(depth, Math.max(pixel, 0.7));
      const membrane = coverBand(depth, -1.5, 0, pixel);
      const rim = coverBand(flesh, 0, 1.1, pixel);
      const core = kind < tuft.open ? 0.08 : kind < tuft.open + 0.1 ? 0.5 : 0.28;
      const stalk = (0.44 + 0.12 * middle + 0.16 * fine) * tuft.mesangium;
      let tone = stalk + (core * (1 + 0.3 * fine) - stalk) * lumen;
      tone += (0.86 - tone) * Math.max(membrane, rim) * 0.85;
      const blue = 0.16 + 0.05 * middle + (kind < tuft.open ? -0.12 : 0.06) * lumen;
      schiff += (tone - schiff) * body;
      hematoxylin += (blue - hematoxylin) * body;
    }
    const capsule = coverBand(-distance, -0.5, tuft.capsule * (1 + 0.3 * wobble), pixel);
    schiff += (0.92 - schiff) * capsule;
    hematoxylin += (0.16 - hematoxylin) * capsule;
    stains.schiff = schiff;
    stains.hematoxylin = hematoxylin;
  });
}

interface Loop {
  /** Distance to the border between two capillary loops in micrometres. */
  border: number;
  id: number;
}

/** Cellular noise (Worley 1996): nearest and second nearest of jittered points. */
function probeLoop(seed: number, x: number, y: number, out: Loop): void {
  const px = x / LOOP_PITCH;
  const py = y / LOOP_PITCH;
  const column = Math.floor(px);
  const line = Math.floor(py);
  let first = 99;
  let second = 99;
  for (let j = line - 1; j <= line + 1; j++) {
    for (let i = column - 1; i <= column + 1; i++) {
      const id = hashCell(seed, i, j);
      const dx = i + 0.1 + 0.8 * ((id & 0xffff) / 65536) - px;
      const dy = j + 0.1 + 0.8 * ((id >>> 16) / 65536) - py;
      const squared = dx * dx + dy * dy;
      if (squared < first) {
        second = first;
        first = squared;
        out.id = id;
      } else if (squared < second) {
        second = squared;
      }
    }
  }
  out.border = ((Math.sqrt(second) - Math.sqrt(first)) * LOOP_PITCH) / 2;
}

/** Nuclei of the tuft (podocytes, endothelium, mesangium) and the flat ones along the capsule. */
export function glomerulusNuclei(mark: Landmark, noise: ValueNoise): Nucleus[] {
  const { outline } = mark;
  const tuft = drawTuft(mark);
  const random = createRandom(mixSeeds(mark.seed, 12));
  const probe = newProbe();
  const inner: TuftProbe = { distance: 0, cleft: 0 };
  const nuclei: Nucleus[] = [];
  const cells = Math.ceil(outline.reach / NUCLEUS_PITCH);
  for (let j = -cells; j <= cells; j++) {
    for (let i = -cells; i <= cells; i++) {
      const x = outline.x + (i + random.uniform(-0.45, 0.45)) * NUCLEUS_PITCH;
      const y = outline.y + (j + random.uniform(-0.45, 0.45)) * NUCLEUS_PITCH;
      const draw = random.next();
      const size = random.uniform(2.5, 3.5);
      const round = random.uniform(0.6, 1);
      const angle = random.uniform(0, Math.PI);
      const density = random.uniform(0.75, 1.15);
      if (draw > 0.72 || probeOutline(outline, x, y, probe) > -4) continue;
      probeTuft(outline, tuft, noise, probe, x, y, inner);
      if (inner.distance > -0.5) continue;
      nuclei.push({
        x,
        y,
        long: size / Math.sqrt(round),
        short: size * Math.sqrt(round),
        cos: Math.cos(angle),
        sin: Math.sin(angle),
        density,
      });
    }
  }
  const round = 2 * Math.PI * outline.radius;
  for (let along = random.uniform(0, 20); along < round; along += random.uniform(14, 34)) {
    const c = Math.cos(along / outline.radius);
    const s = Math.sin(along / outline.radius);
    const spot = pointAt(outline, c, s, 1 - (tuft.capsule + 1.2) / outline.radius);
    const ahead = pointAt(outline, c * 0.999 - s * 0.045, s * 0.999 + c * 0.045, 1);
    const here = pointAt(outline, c, s, 1);
    const length = Math.hypot(ahead.x - here.x, ahead.y - here.y);
    nuclei.push({
      x: spot.x,
      y: spot.y,
      long: 4,
      short: 1.4,
      cos: (ahead.x - here.x) / length,
      sin: (ahead.y - here.y) / length,
      density: 1.05,
    });
  }
  return nuclei;
}
