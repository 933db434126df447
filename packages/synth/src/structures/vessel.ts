/**
 * Arteries (thick layered wall, wavy lumen) and veins (thin wall, wide lumen): the round things that are not glomeruli.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import type { Layout } from '../ground/layout.js';
import { lay, thin } from '../ground/matter.js';
import { hashUnit } from '../ground/noise.js';
import { newProbe, pointAt, probeOutline } from '../ground/outline.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import type { Nucleus } from './nuclei.js';
import { stainInside } from './stain-inside.js';

/** Wall and outer sheath in micrometres. An artery cut along its wall shows no lumen. */
function walls(mark: Landmark): { wall: number; sheath: number; blood: boolean } {
  if (mark.kind === 'tangential') return { wall: 2 * mark.outline.reach, sheath: 4, blood: false };
  const random = createRandom(mixSeeds(mark.seed, 21));
  return mark.kind === 'artery'
    ? { wall: mark.outline.radius * random.uniform(0.32, 0.55), sheath: random.uniform(5, 12), blood: false }
    : { wall: random.uniform(5, 11), sheath: random.uniform(3, 8), blood: random.chance(0.3) };
}

/** Decided per artery: a share of `scars` of them have hyaline in the wall. */
const isHyaline = (mark: Landmark, scars: number): boolean =>
  mark.kind !== 'vein' && hashUnit(mark.seed, 12, 0) < 0.7 * scars;

/** Stains the vessel into the plate; the outline is the sheath's outer edge. */
export function shadeVessel(plate: Plate, { noise, scarRate }: Layout, mark: Landmark): void {
  const { outline } = mark;
  const artery = mark.kind !== 'vein';
  const hyaline = isHyaline(mark, scarRate) ? 0.35 + 0.6 * hashUnit(mark.seed, 12, 1) : 0;
  const { wall, sheath, blood } = walls(mark);
  const { micronsPerPixel: mpp } = plate;
  const pixel = Math.max(mpp, 0.5);
  const grain = Math.min(1, 1.1 / mpp);
  const layers = Math.min(1, 1.8 / mpp);
  stainInside(plate, outline, Math.max(pixel, 2), ({ x, y, distance }, probe, stains) => {
    const wobble = noise.at(x / 9 + 3, y / 9 + 44);
    const middle = noise.at(x / 4.3, y / 4.3 + 60);
    const fine = grain * noise.at(x / 1.5 + 33, y / 1.5);
    const ring = outline.radius / 13;
    const layer =
      layers * noise.at(-distance / 2.3 + probe.cos * ring + 0.8 * wobble, probe.sin * ring + distance / 5 + 90);
    const muscle = cover(-distance - sheath - 1.5 * wobble, Math.max(pixel, 2.5));
    const sheathTone = 0.24 + 0.14 * layer + 0.06 * fine;
    const wallTone = (artery ? 0.42 : 0.34) + 0.17 * layer + 0.08 * fine + 0.06 * middle;
    let schiff = sheathTone + (wallTone - sheathTone) * muscle;
    let hematoxylin = 0.1 + 0.07 * muscle + 0.04 * layer;
    const { matter } = stains;
    lay(matter, 'collagen', 0.75 * (1 + 0.45 * layer + 0.2 * fine), 1);
    lay(matter, 'cytoplasm', 0.72 * (1 + 0.35 * layer + 0.15 * fine + 0.1 * middle), muscle * (artery ? 0.85 : 0.5));
    if (hyaline > 0) {
      const band = hyaline * muscle * cover(noise.at(x / 28 + 7, y / 28 + 3) + 0.35, 0.5);
      schiff += (0.72 - schiff) * band;
      lay(matter, 'protein', 0.9, band);
    }
    const lumen = -distance - sheath - wall - (artery ? 2.4 * wobble : 1.2 * wobble);
    const elastic = coverBand(lumen, -1.6, 0, pixel) * (artery ? 0.75 : 0.4);
    schiff += (0.85 - schiff) * elastic;
    const open = cover(lumen, Math.max(pixel, 0.7));
    const cells = blood ? Math.max(0, noise.at(x / 3.1 + 5, y / 3.1 + 5) + 0.15) * 0.42 : 0;
    schiff += (0.008 + cells - schiff) * open;
    hematoxylin += (0.004 + cells * 0.12 - hematoxylin) * open;
    lay(matter, 'membrane', 0.7, elastic);
    thin(matter, 1 - open);
    matter.blood += 2.2 * cells * open;
    stains.schiff = schiff;
    stains.hematoxylin = hematoxylin;
  });
}

/** Spindle-shaped nuclei that follow the wall, and flat endothelium along the lumen; `sparse`: as few as most arteries have. */
export function vesselNuclei(mark: Landmark, sparse: boolean): Nucleus[] {
  const { outline } = mark;
  const { wall, sheath } = walls(mark);
  const random = createRandom(mixSeeds(mark.seed, 22));
  const probe = newProbe();
  const nuclei: Nucleus[] = [];
  const lining = Math.max(0.1, 1 - (wall + sheath) / outline.radius);
  const cut = Math.min(wall + sheath, outline.radius / 2);
  const count = Math.round((2 * Math.PI * outline.radius * (mark.kind === 'tangential' ? cut : wall + sheath)) / 105);
  for (let k = 0; k < count; k++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const ratio = hashUnit(mark.seed, k, 5) < 0.18 ? lining : Math.sqrt(random.uniform(lining * lining, 0.98));
    const spot = pointAt(outline, c, s, ratio);
    const ahead = pointAt(outline, c * 0.9988 - s * 0.049, s * 0.9988 + c * 0.049, ratio);
    const length = Math.max(1e-6, Math.hypot(ahead.x - spot.x, ahead.y - spot.y));
    const depth = -probeOutline(outline, spot.x, spot.y, probe);
    if (depth < 1 || depth > wall + sheath + 1) continue;
    if (sparse && hashUnit(mark.seed, k, 6) < 0.55) continue;
    nuclei.push({
      x: spot.x,
      y: spot.y,
      long: random.uniform(3.5, 6),
      short: random.uniform(1.2, 1.9),
      cos: (ahead.x - spot.x) / length,
      sin: (ahead.y - spot.y) / length,
      density: random.uniform(0.8, 1.1),
    });
  }
  return nuclei;
}
