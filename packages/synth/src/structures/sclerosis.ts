/**
 * A globally sclerotic glomerulus: a shrunken ball of magenta matrix, its capillaries closed and few of its cells left. It
 * is labelled 2, because a pathologist counts it apart.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import { lay } from '../ground/matter.js';
import type { ValueNoise } from '../ground/noise.js';
import { pointAt } from '../ground/outline.js';
import { coverBand, type Plate } from '../ground/plate.js';
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
  stainInside(plate, outline, pixel, ({ x, y, distance }, _probe, stains) => {
    const coarse = noise.at(x / 16 + 12, y / 16 + 71);
    const fine = noise.at(x / 3.1 + 5, y / 3.1 + 40);
    const swirl = noise.at(x / 7 + 1.2 * coarse, y / 7 + 90);
    const capsule = coverBand(-distance, -0.5, rim * (1 + 0.3 * coarse), pixel);
    const matrix = density * (1 + 0.28 * coarse + 0.16 * fine) + 0.14 * Math.max(0, swirl);
    const schiff = matrix + (0.85 - matrix) * capsule;
    const hematoxylin = 0.1 + 0.04 * fine;
    lay(stains.matter, 'membrane', 0.85 * matrix, 1);
    stains.matter.collagen = 0.5 + 0.2 * coarse + 0.15 * fine;
    lay(stains.matter, 'membrane', 0.8, 0.8 * capsule);
    stains.schiff = schiff;
    stains.hematoxylin = hematoxylin;
  });
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
