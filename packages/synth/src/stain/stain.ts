/**
 * A slide's stain and scanner: absorptions, light, blur and noise. They vary from slide to slide as they do between laboratories.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import { matterNames } from '../ground/matter.js';
import type { StainName } from '../spec.js';
import { type Absorption, drawHe, drawMasson, drawSilver, type Rgb } from './dyes.js';

export interface Stain {
  readonly seed: number;
  /** Light through empty glass, 0..255. */
  readonly glass: Rgb;
  /** Optical density (natural logarithm) per unit of stain. */
  readonly schiff: Rgb;
  readonly hematoxylin: Rgb;
  /** Optical density per unit of each matter, three channels each, in the order of `matterNames`; undefined: PAS. */
  readonly matter: Float64Array | undefined;
  /** How much darker the light is where it is least, 0..1. */
  readonly vignette: number;
  /** Haematoxylin below this amount is washed out: what cells bind besides their nuclei. */
  readonly washed: number;
  /** How much more dye the crushed edge of the tissue holds, 0..1. */
  readonly crush: number;
  /** How much the stain of cytoplasm varies over some 100 µm, 0..1. */
  readonly patchiness: number;
  /** Depth of the grain of some 3 µm that cytoplasm and fibres have, 0..1. */
  readonly texture: number;
  /** Standard deviation of the optics' blur in pixels. */
  readonly optics: number;
  /** Standard deviation of the blur in micrometres, and of the noise in grey levels. */
  readonly blur: number;
  readonly noise: number;
  /** Depth of the uneven thickness of the section. */
  readonly unevenness: number;
}

/** @param name resolved: the one that the slide has */
export function createStain(seed: number, name: StainName): Stain {
  return name === 'pas' ? createPas(seed) : createOther(seed, name);
}

function createPas(seed: number): Stain {
  const random = createRandom(mixSeeds(seed, 31));
  const strength = random.uniform(0.8, 1.35);
  const balance = random.uniform(0.82, 1.2);
  const lilac = random.uniform(-0.5, 1) ** 3;
  const vary = (value: number, spread: number): number => value * (1 + random.uniform(-spread, spread));
  const warm = random.uniform(1, 7);
  const white = random.uniform(241, 249);
  return {
    seed: mixSeeds(seed, 32),
    glass: [white, white - warm * 0.35, white - warm],
    schiff: [
      vary(0.27 + 0.2 * Math.max(0, lilac), 0.15) * strength,
      vary(1.36, 0.07) * strength,
      vary(0.62 - 0.22 * lilac, 0.1) * strength,
    ],
    hematoxylin: [
      vary(1.05, 0.07) * strength * balance,
      vary(1.04, 0.07) * strength * balance,
      vary(0.5, 0.08) * strength * balance,
    ],
    matter: undefined,
    vignette: 0,
    washed: 0,
    crush: 0,
    patchiness: 0,
    texture: 0,
    optics: 0.45,
    blur: random.uniform(0.25, 0.55),
    noise: random.uniform(1.2, 2.6),
    unevenness: random.uniform(0.05, 0.16),
  };
}

const recipes: Readonly<Record<Exclude<StainName, 'pas'>, (random: Random) => Absorption>> = {
  he: drawHe,
  masson: drawMasson,
  silver: drawSilver,
};

function createOther(seed: number, name: Exclude<StainName, 'pas'>): Stain {
  const random = createRandom(mixSeeds(seed, 34));
  const absorption = recipes[name](random);
  const strength = random.uniform(0.75, 1.3);
  // H&E comes from scanners; the special stains are often photographed through a microscope, with less and uneven light.
  const microscope = random.chance(name === 'he' ? 0.1 : 0.35);
  const white = microscope ? random.uniform(165, 235) : random.uniform(238, 252);
  const tint = (): number => Math.min(254, white * (1 + random.uniform(-0.025, 0.012)));
  const scaled = ([r, g, b]: Rgb): Rgb => [r * strength, g * strength, b * strength];
  return {
    seed: mixSeeds(seed, 35),
    glass: [tint(), tint(), tint()],
    schiff: [0, 0, 0],
    hematoxylin: scaled(absorption.hematoxylin),
    matter: Float64Array.from(matterNames.flatMap((matter) => scaled(absorption[matter]))),
    vignette: microscope ? random.uniform(0.05, 0.4) : random.uniform(0, 0.04),
    washed: random.uniform(0.03, 0.15),
    crush: random.uniform(0, 0.55),
    patchiness: random.uniform(0.05, 0.5),
    texture: random.uniform(0.22, 0.62),
    // Some scanners sharpen.
    optics: random.uniform(0.2, 0.5),
    blur: random.uniform(0.25, 0.6),
    noise: random.uniform(1, 2.8),
    unevenness: random.uniform(0.06, 0.2),
  };
}
