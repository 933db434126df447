/**
 * The changes made to one training window, drawn from a random stream: geometry (one affine map from the window back into the slide and
 * a warp), colour (two look-up tables around one matrix, stains, or the reference solution's steps), and what spoils a picture.
 */
import type { Random } from '@ftuseg/core';
import type { AugmentConfig } from '../config/augment.js';
import { drawHoles, type Hole } from './degrade.js';
import { type ColourStep, drawKinds, drawOneOf } from './one-of.js';
import { drawStainChange, type StainChange } from './stains.js';
import { drawWarp, type Warp } from './warp.js';

/** Maps offsets from the window's centre to offsets on the slide: (dx, dy) -> (a dx + b dy, c dx + d dy). */
export interface Geometry {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Colour changes in the order they are applied; RGB in 0..1. The neutral element is {@link plainColour}. */
export interface ColourChange {
  /** Factor and shift of each channel's optical density, -ln(value): stain strength and illumination. */
  readonly stainScale: readonly [number, number, number];
  readonly stainShift: readonly [number, number, number];
  /** Rotation about the grey axis, radians. */
  readonly hue: number;
  readonly saturation: number;
  readonly contrast: number;
  readonly brightness: number;
  readonly gamma: number;
}

export const plainGeometry: Geometry = { a: 1, b: 0, c: 0, d: 1 };
export const plainColour: ColourChange = {
  stainScale: [1, 1, 1],
  stainShift: [0, 0, 0],
  hue: 0,
  saturation: 1,
  contrast: 1,
  brightness: 0,
  gamma: 1,
};

/** The four rotations by quarter turns, written out so that they are exact. */
const quarters = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** What all windows of an epoch have in common where changes are drawn per epoch. */
export interface EpochDraw {
  readonly flipX: 1 | -1;
  readonly flipY: 1 | -1;
  /** Quarter turns, 0 to 3. */
  readonly turns: number;
  readonly kinds: readonly ColourStep['kind'][];
}

/** Where one, two and three quarter turns end in the reference solution's draw: 0.17, 0.17 and 0.16 of a half. */
const turnEnds = [0.34, 0.68, 1] as const;

/** Draws what an epoch's windows share: the reference solution draws it once for each graph that it traces, which is once an epoch. */
export function drawEpoch(random: Random, config: AugmentConfig): EpochDraw {
  const flipX = config.flips && random.chance(0.5) ? -1 : 1;
  const flipY = config.flips && random.chance(0.5) ? -1 : 1;
  const drawn = random.next();
  const turns = 1 + turnEnds.findIndex((end) => drawn < config.quarterTurns * end);
  return { flipX, flipY, turns, kinds: drawKinds(random) };
}

/** Draws flip, quarter turn, free rotation and zoom; with flips and quarter turns alone pixels are copied exactly. */
export function drawGeometry(random: Random, config: AugmentConfig, epoch?: EpochDraw): Geometry {
  const flipX = epoch?.flipX ?? (config.flips && random.chance(0.5) ? -1 : 1);
  const flipY = epoch?.flipY ?? (config.flips && random.chance(0.5) ? -1 : 1);
  const turns = epoch?.turns ?? (random.chance(config.quarterTurns) ? 1 + random.int(3) : 0);
  const [cos, sin] = quarters[turns] ?? quarters[0];
  const free = random.chance(config.rotationChance) ? (random.uniform(-1, 1) * config.rotation * Math.PI) / 180 : 0;
  // A magnification m shows 1/m of the slide's pixels per window pixel; log-uniform, so that m and 1/m are as likely.
  const step = Math.exp(random.uniform(-1, 1) * Math.log(config.zoom));
  const c = Math.cos(free) * step;
  const s = Math.sin(free) * step;
  // free rotation x quarter turn x flip
  return {
    a: (c * cos - s * sin) * flipX,
    b: -(c * sin + s * cos) * flipY,
    c: (s * cos + c * sin) * flipX,
    d: (c * cos - s * sin) * flipY,
  };
}

/**
 * Draws the colour change. Stain jitter works on optical density because stains absorb (Beer-Lambert): a factor per
 * channel imitates a stronger or weaker stain, a shift the lamp and the scanner; it is stain-agnostic (H&E and PAS).
 */
export function drawColour(random: Random, config: AugmentConfig): ColourChange {
  if (!random.chance(config.colourChance)) return plainColour;
  const within = (most: number): number => random.uniform(-most, most);
  const three = (draw: () => number): [number, number, number] => [draw(), draw(), draw()];
  const stainScale = three(() => Math.exp(within(config.stainScale)));
  const stainShift = three(() => within(config.stainShift));
  const grey = random.chance(config.greyChance) ? random.next() : 0;
  return {
    stainScale,
    stainShift,
    hue: within(config.hue) * 2 * Math.PI,
    saturation: (1 + within(config.saturation)) * (1 - grey),
    contrast: 1 + within(config.contrast),
    brightness: within(config.brightness),
    gamma: Math.exp(within(config.gamma)),
  };
}

/** Everything that is done to a window; what is undefined is not done. */
export interface WindowChange {
  readonly geometry: Geometry;
  readonly warp?: Warp | undefined;
  readonly colour: ColourChange;
  /** Instead of `colour`. */
  readonly steps?: readonly ColourStep[] | undefined;
  readonly stains?: StainChange | undefined;
  /** Standard deviation, pixels. */
  readonly blur?: number | undefined;
  readonly noise?: { readonly std: number; readonly seed: number } | undefined;
  readonly holes?: readonly Hole[] | undefined;
}

export const noChange: WindowChange = { geometry: plainGeometry, colour: plainColour };

/**
 * Draws all changes of a window of `tile` pixels.
 * @param epoch what is not drawn for this window alone
 */
export function drawChange(random: Random, config: AugmentConfig, tile: number, epoch?: EpochDraw): WindowChange {
  const maybe = <T>(chance: number, draw: () => T): T | undefined => (random.chance(chance) ? draw() : undefined);
  return {
    geometry: drawGeometry(random, config, epoch),
    warp: maybe(config.elasticChance, () => drawWarp(random, tile, config.elastic * tile)),
    ...(config.colourModel === 'one-of'
      ? { colour: plainColour, steps: drawOneOf(random, config, epoch?.kinds) }
      : { colour: drawColour(random, config) }),
    stains: maybe(config.stainMixChance, () => drawStainChange(random, config.stainMix, config.stainMixShift)),
    blur: maybe(config.blurChance, () => random.uniform(0.2, 1) * config.blur),
    noise: maybe(config.noiseChance, () => ({ std: random.uniform(0.2, 1) * config.noise, seed: random.int(2 ** 32) })),
    holes:
      config.holes === 0
        ? undefined
        : maybe(config.holesChance, () => drawHoles(random, tile, config.holes, config.holeSize)),
  };
}
