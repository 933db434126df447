/**
 * The tuft of a glomerulus: lobes inside the capsule, and where a point lies among them. Unusual forms are the usual one, changed.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import { hashUnit, type ValueNoise } from '../ground/noise.js';
import type { Outline, Probe } from '../ground/outline.js';
import type { Variant } from '../ground/variants.js';

interface Lobe {
  /** Centre and radius in the frame where the capsule is the unit circle. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Tuft {
  readonly lobes: readonly Lobe[];
  /** Direction of the vascular pole, where the tuft hangs on the capsule. */
  readonly poleX: number;
  readonly poleY: number;
  /** Thickness of the capsule in micrometres. */
  readonly capsule: number;
  /** Share of capillary loops that are open, and of mesangium. */
  readonly open: number;
  readonly mesangium: number;
  /** Share of open loops that hold red blood cells. */
  readonly blood: number;
  /** How empty open loops are, and the protein in Bowman's space: amounts that PAS does not show. */
  readonly clear: number;
  readonly filtrate: number;
  /** Share of the places for a nucleus that have one. */
  readonly nuclei: number;
  /** Lobes from 1 up to this one are scarred; 0: none. */
  readonly scarred: number;
  /** Cells fill Bowman's space on the side away from the pole. */
  readonly crescent: boolean;
}

export function drawTuft(mark: Landmark): Tuft {
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
  const usual: Tuft = {
    lobes,
    poleX,
    poleY,
    capsule: random.uniform(2, 3.6),
    open: random.uniform(0.5, 0.85),
    mesangium: random.uniform(0.8, 1.25),
    blood: 0.5 * hashUnit(mark.seed, 6, 0) ** 2,
    clear: 0.45 + 0.5 * hashUnit(mark.seed, 6, 1),
    filtrate: 0.34 * hashUnit(mark.seed, 6, 2) ** 1.5,
    nuclei: 0.72,
    scarred: 0,
    crescent: false,
  };
  return mark.variant === undefined ? usual : changed(usual, mark.variant, mark.seed);
}

function changed(usual: Tuft, variant: Variant, seed: number): Tuft {
  const draw = hashUnit(seed, 18, 0);
  const other = hashUnit(seed, 18, 1);
  switch (variant) {
    case 'large':
      return { ...usual, open: 0.6 + 0.35 * draw };
    case 'small': {
      // The rim of a glomerulus: a few loops, with or without space around them.
      const shrunk = scaled(usual, 0.62 + 0.42 * draw, 0);
      return { ...shrunk, lobes: shrunk.lobes.slice(0, 4 + Math.floor(4 * other)) };
    }
    case 'collapsed':
      return {
        ...scaled(usual, 0.55 + 0.25 * draw, 0.15),
        open: 0.12,
        mesangium: 1.35,
        capsule: usual.capsule * (1 + 1.6 * other),
      };
    case 'cystic':
      return { ...scaled(usual, 0.22 + 0.36 * draw, 0.85), open: 0.25 + 0.5 * other };
    case 'segmental':
      return { ...usual, scarred: 2 + Math.floor(3.99 * draw), capsule: usual.capsule * (1 + other) };
    case 'hypercellular':
      return { ...scaled(usual, 1.04, 0), open: 0.15 + 0.25 * draw, nuclei: 0.97, mesangium: 1.1, blood: 0 };
    case 'filling':
      return scaled(usual, 1.12 + 0.1 * draw, 0);
    case 'crescentic':
      return { ...scaled(usual, 0.6 + 0.16 * draw, 0.9), open: 0.3, crescent: true };
  }
}

/** The lobes about the centre made `factor` as large, and moved towards the pole by `hang` (0..1) of the room that is left. */
function scaled(tuft: Tuft, factor: number, hang: number): Tuft {
  const move = Math.max(0, 1 - factor) * hang;
  const lobes = tuft.lobes.map(({ x, y, radius }) => ({
    x: x * factor + tuft.poleX * move,
    y: y * factor + tuft.poleY * move,
    radius: radius * factor,
  }));
  return { ...tuft, lobes };
}

export interface TuftProbe {
  /** Signed distance to the tuft's surface in micrometres, negative inside. */
  distance: number;
  /** Distance to the cleft between the two nearest lobes in micrometres. */
  cleft: number;
  /** Index of the nearest lobe. */
  lobe: number;
  /** How far towards the vascular pole, -1..1. */
  towardsPole: number;
}

export const newTuftProbe = (): TuftProbe => ({ distance: 0, cleft: 0, lobe: 0, towardsPole: 0 });

/** Where the point (x, y), probed against the capsule before, lies relative to the tuft. */
export function probeTuft(
  { outline, tuft, noise }: { readonly outline: Outline; readonly tuft: Tuft; readonly noise: ValueNoise },
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
  const { lobes } = tuft;
  for (let k = 0; k < lobes.length; k++) {
    const lobe = lobes[k] as Lobe;
    const dx = qx - lobe.x;
    const dy = qy - lobe.y;
    const distance = Math.sqrt(dx * dx + dy * dy) - lobe.radius;
    if (distance < first) {
      second = first;
      first = distance;
      out.lobe = k;
    } else if (distance < second) {
      second = distance;
    }
  }
  out.cleft = ((second - first) * outline.radius) / 2;
  const h = Math.max(0, 0.07 - (second - first));
  const surface = (first - (h * h) / 0.28) * outline.radius + 2.6 * wobble;
  // The tuft keeps off the capsule except at its pole.
  out.towardsPole = qx * tuft.poleX + qy * tuft.poleY;
  const atPole = Math.max(0, out.towardsPole - 0.8) * 60;
  out.distance = Math.max(surface, probe.distance + Math.max(0, 5.5 - atPole) + wobble);
}
