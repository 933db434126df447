/**
 * A dilated tubule cut across, filled with a cast or empty: round, as large as a small glomerulus, and the thing most often taken for one.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import { lay, thin } from '../ground/matter.js';
import type { ValueNoise } from '../ground/noise.js';
import { pointAt } from '../ground/outline.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import type { Nucleus } from './nuclei.js';
import { stainInside } from './stain-inside.js';

interface Cast {
  /** Micrometres. */
  readonly membrane: number;
  /** Height of the epithelium; 0 where it is gone. */
  readonly epithelium: number;
  /** Width of the slit that a shrunken cast leaves. */
  readonly slit: number;
  /** Amount of the filling in PAS and of its protein; 0 in an empty tubule. */
  readonly schiff: number;
  readonly protein: number;
  /** 0 homogeneous (hyaline) to 1 coarsely granular. */
  readonly granular: number;
  /** Strength of the layers that large casts have. */
  readonly layers: number;
  /** Cells caught in the cast, per 1000 µm². */
  readonly cells: number;
}

function drawCast(mark: Landmark): Cast {
  const random = createRandom(mixSeeds(mark.seed, 61));
  const empty = random.chance(0.14);
  const thick = random.next();
  return {
    membrane: random.uniform(0.9, 2.6),
    epithelium: thick < 0.22 ? 0 : thick < 0.7 ? random.uniform(2, 4.5) : random.uniform(5, 10),
    slit: random.chance(0.4) ? random.uniform(1, 5) : 0,
    schiff: empty ? 0.01 : random.uniform(0.22, 0.9),
    protein: empty ? 0.02 : random.uniform(0.4, 1.15),
    granular: random.chance(0.4) ? random.uniform(0.4, 1) : random.uniform(0, 0.15),
    layers: random.chance(0.25) ? random.uniform(0.15, 0.4) : 0,
    cells: !empty && random.chance(0.3) ? random.uniform(0.5, 4) : 0,
  };
}

/** Stains the tubule into the plate; the outline is the outer edge of its basement membrane. */
export function shadeCast(plate: Plate, noise: ValueNoise, mark: Landmark): void {
  const cast = drawCast(mark);
  const mpp = plate.micronsPerPixel;
  const pixel = Math.max(mpp, 0.5);
  const grain = Math.min(1, 1.1 / mpp);
  stainInside(plate, mark.outline, pixel, ({ x, y, distance }, _probe, stains) => {
    const wobble = noise.at(x / 9 + 3, y / 9 + 44);
    const middle = noise.at(x / 4.3, y / 4.3 + 60);
    const fine = grain * noise.at(x / 1.5 + 33, y / 1.5);
    const depth = -distance;
    const { matter } = stains;
    const lining = cast.epithelium * (1 + 0.25 * wobble);
    const lumen = cover(depth - cast.membrane - lining, Math.max(pixel, 0.8));
    const body = cover(depth - cast.membrane - lining - cast.slit * (1 + 0.9 * wobble), Math.max(pixel, 0.9));
    const clumps = 0.55 * middle + 0.5 * fine + 0.35 * wobble;
    const layer = cast.layers * noise.at(depth / 5 + 0.5 * wobble, 40);
    const filling = Math.max(0, 1 + cast.granular * clumps + 0.06 * middle + layer) * body;
    let schiff = 0.22 * (1 + 0.3 * middle + 0.4 * fine) * (1 - lumen);
    let hematoxylin = 0.17 * (1 + 0.2 * middle) * (1 - lumen);
    lay(matter, 'cytoplasm', 0.62 * (1 + 0.3 * middle + 0.3 * fine), 1 - lumen);
    thin(matter, 1 - lumen);
    schiff += cast.schiff * filling * lumen;
    hematoxylin += 0.06 * cast.granular * filling * lumen;
    matter.protein += cast.protein * filling * lumen;
    const membrane = coverBand(depth, -0.35, cast.membrane, pixel);
    schiff += (0.88 - schiff) * membrane;
    hematoxylin += (0.12 - hematoxylin) * membrane;
    lay(matter, 'membrane', 0.95, membrane);
    stains.schiff = schiff;
    stains.hematoxylin = hematoxylin;
  });
}

/** The flat nuclei of what epithelium is left, and of cells caught in the cast. */
export function castNuclei(mark: Landmark): Nucleus[] {
  const { outline, seed } = mark;
  const cast = drawCast(mark);
  const random = createRandom(mixSeeds(seed, 62));
  const nuclei: Nucleus[] = [];
  const round = 2 * Math.PI * outline.radius;
  const spacing = cast.epithelium > 4.5 ? 11 : 21;
  const inwards = cast.membrane + Math.max(1.2, cast.epithelium / 2);
  for (let along = random.uniform(0, spacing); along < round; along += spacing * random.uniform(0.6, 1.6)) {
    if (cast.epithelium === 0 && random.chance(0.8)) continue;
    const c = Math.cos(along / outline.radius);
    const s = Math.sin(along / outline.radius);
    const spot = pointAt(outline, c, s, Math.max(0.1, 1 - inwards / outline.radius));
    const ahead = pointAt(outline, c * 0.999 - s * 0.045, s * 0.999 + c * 0.045, 1);
    const here = pointAt(outline, c, s, 1);
    const length = Math.max(1e-6, Math.hypot(ahead.x - here.x, ahead.y - here.y));
    nuclei.push({
      x: spot.x,
      y: spot.y,
      long: random.uniform(2.8, 4.2),
      short: cast.epithelium > 4.5 ? random.uniform(2, 2.9) : random.uniform(1.2, 1.8),
      cos: (ahead.x - here.x) / length,
      sin: (ahead.y - here.y) / length,
      density: random.uniform(0.7, 1.1),
    });
  }
  const caught = Math.round((cast.cells * Math.PI * outline.radius ** 2) / 1000);
  for (let k = 0; k < caught; k++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const spot = pointAt(outline, Math.cos(angle), Math.sin(angle), 0.8 * Math.sqrt(random.next()));
    const size = random.uniform(1.6, 2.8);
    nuclei.push({
      x: spot.x,
      y: spot.y,
      long: size,
      short: size * 0.85,
      cos: 1,
      sin: 0,
      density: random.uniform(0.6, 1),
    });
  }
  return nuclei;
}
