/**
 * A patch of scar: fibres without tubules, mostly drawn out and with spindle cells; with no capsule and no edge of its own.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import type { ValueNoise } from '../ground/noise.js';
import { pointAt } from '../ground/outline.js';
import type { Plate } from '../ground/plate.js';
import type { Nucleus } from './nuclei.js';
import { stainInside } from './stain-inside.js';

/** Stains the patch into the plate; it fades out towards the outline. */
export function shadeScar(plate: Plate, noise: ValueNoise, mark: Landmark): void {
  const { outline } = mark;
  const mpp = plate.micronsPerPixel;
  const grain = Math.min(1, 1.1 / mpp);
  const random = createRandom(mixSeeds(mark.seed, 63));
  const density = random.uniform(0.7, 1.15);
  const hyaline = random.chance(0.1) ? random.uniform(0.2, 0.6) : 0;
  // Either fibres that run through, or whorls.
  const whorl = random.chance(0.12);
  const [cos, sin] = [Math.cos(outline.x), Math.sin(outline.x)];
  stainInside(plate, outline, Math.max(mpp, random.uniform(6, 26)), ({ x, y, distance }, probe, stains) => {
    const coarse = noise.at(x / 22 + 12, y / 22 + 71);
    const fine = grain * noise.at(x / 1.8 + 5, y / 1.8 + 40);
    const [u, v] = [x * cos + y * sin, y * cos - x * sin];
    const streak = whorl
      ? noise.at(-distance / 4 + 1.3 * coarse, probe.sin * 4 + probe.cos * 3 + 90)
      : noise.at(u / 19 + coarse, v / 4.2 + 1.5 * coarse + 90);
    const fibres = density * (1 + 0.3 * streak + 0.2 * coarse + 0.2 * fine);
    stains.matter.collagen = fibres;
    stains.matter.protein = hyaline;
    stains.schiff = 0.3 * fibres + 0.3 * hyaline;
    stains.hematoxylin = 0.08 + 0.03 * fine;
  });
}

/** The few spindle cells of a scar. */
export function scarNuclei({ outline, seed }: Landmark): Nucleus[] {
  const random = createRandom(mixSeeds(seed, 64));
  const count = Math.round((Math.PI * outline.radius ** 2) / random.uniform(120, 700));
  const along = random.uniform(0, Math.PI);
  return Array.from({ length: count }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const tilt = along + random.uniform(-0.6, 0.6);
    const spot = pointAt(outline, Math.cos(angle), Math.sin(angle), Math.sqrt(random.next()));
    return {
      x: spot.x,
      y: spot.y,
      long: random.uniform(2.4, 5),
      short: random.uniform(1.1, 1.7),
      cos: Math.cos(tilt),
      sin: Math.sin(tilt),
      density: random.uniform(0.8, 1.1),
    };
  });
}
