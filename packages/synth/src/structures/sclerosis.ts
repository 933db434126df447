/**
 * A globally sclerotic glomerulus: a shrunken ball of matrix, its capillaries closed and few of its cells left. PAS shows it magenta, H&E as
 * smooth pink with faint fibres and slits. It is labelled 2, because a pathologist counts it apart.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import { lay, type Matter, thin } from '../ground/matter.js';
import type { ValueNoise } from '../ground/noise.js';
import { pointAt } from '../ground/outline.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import type { Nucleus } from './nuclei.js';
import { stainInside } from './stain-inside.js';

/** Stains the ball into the plate; the capsule's outer edge is the outline. */
export function shadeSclerotic(plate: Plate, noise: ValueNoise, mark: Landmark): void {
  const { outline } = mark;
  const mpp = plate.micronsPerPixel;
  const pixel = Math.max(mpp, 0.5);
  const random = createRandom(mixSeeds(mark.seed, 13));
  const density = random.uniform(0.5, 0.68);
  const rim = random.uniform(3, 6);
  const scar = drawScarLook(mark.seed);
  stainInside(plate, outline, pixel, ({ x, y, distance }, _probe, stains) => {
    const coarse = noise.at(x / 16 + 12, y / 16 + 71);
    const fine = noise.at(x / 3.1 + 5, y / 3.1 + 40);
    const swirl = noise.at(x / 7 + 1.2 * coarse, y / 7 + 90);
    const capsule = coverBand(-distance, -0.5, rim * (1 + 0.3 * coarse), pixel);
    const matrix = density * (1 + 0.28 * coarse + 0.16 * fine) + 0.14 * Math.max(0, swirl);
    stains.schiff = matrix + (0.85 - matrix) * capsule;
    if (plate.buffers.matter === undefined) {
      stains.hematoxylin = 0.1 + 0.04 * fine;
      return;
    }
    stains.hematoxylin = scar.cells * (0.1 + 0.04 * fine);
    fillWithScar(stains.matter, scar, noise, { x, y, distance, coarse, fine });
    lay(stains.matter, 'membrane', 0.8, 0.8 * capsule);
  });
}

/** What other stains than PAS show of the ball. */
interface ScarLook {
  /** Amount of collagen, and of hyaline, which is smooth. */
  readonly collagen: number;
  readonly hyaline: number;
  /** What is left of cells that are not drawn one by one, 0..1. */
  readonly cells: number;
  /** Half the width of slits between fibres in micrometres; 0: none. */
  readonly slits: number;
  /** Width in micrometres of the gap where the ball has shrunk from its capsule; 0: none. */
  readonly gap: number;
}

function drawScarLook(seed: number): ScarLook {
  const random = createRandom(mixSeeds(seed, 19));
  return {
    collagen: random.uniform(0.62, 1.3),
    hyaline: random.chance(0.5) ? random.uniform(0, 0.45) : 0,
    cells: random.uniform(0, 0.7),
    slits: random.chance(0.65) ? random.uniform(0.4, 1.6) : 0,
    gap: random.chance(0.35) ? random.uniform(3, 12) : 0,
  };
}

function fillWithScar(
  matter: Matter,
  { collagen, hyaline, slits, gap }: ScarLook,
  noise: ValueNoise,
  { x, y, distance, coarse, fine }: { x: number; y: number; distance: number; coarse: number; fine: number },
): void {
  // Fibres lie about the middle in layers.
  const layers = noise.at(distance / 5 + 1.6 * coarse, x / 90 + y / 70);
  lay(matter, 'membrane', 0.12, 1);
  matter.collagen = collagen * (0.82 + 0.12 * coarse + 0.1 * fine + 0.12 * layers);
  matter.protein = hyaline * (1 + 0.3 * coarse);
  const line = 12 * noise.at(distance / 8 + 1.8 * coarse + 31, x / 52 + y / 61);
  const slit =
    slits === 0 ? 0 : coverBand(line, -slits, slits, 2) * cover(noise.at(x / 47 + 3, y / 47 + 15) - 0.12, 0.3);
  const shrunk = gap === 0 ? 0 : cover(gap * noise.at(x / 70 + 51, y / 70 + 9) - (-distance - 5), 2);
  thin(matter, 1 - 0.9 * Math.max(slit, -distance > 4 ? shrunk : 0));
}

/** The few pyknotic nuclei that are left. */
export function scleroticNuclei({ outline, seed }: Landmark): Nucleus[] {
  const random = createRandom(mixSeeds(seed, 14));
  const count = Math.round((Math.PI * outline.radius ** 2) / random.uniform(700, 1400));
  return Array.from({ length: count }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const tilt = random.uniform(0, Math.PI);
    const spot = pointAt(outline, Math.cos(angle), Math.sin(angle), 0.9 * Math.sqrt(random.next()));
    return {
      x: spot.x,
      y: spot.y,
      long: random.uniform(2, 3),
      short: random.uniform(1.3, 2),
      cos: Math.cos(tilt),
      sin: Math.sin(tilt),
      density: random.uniform(0.9, 1.2),
    };
  });
}
