/**
 * What is decided once per slide: where tissue is, where cortex turns to medulla, how much of what grows in it.
 * All fields are functions of a position in micrometres.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import type { Features } from '../spec.js';
import type { SlideSize } from './area.js';
import { hashUnit, ValueNoise } from './noise.js';
import { drawCores, drawPiece } from './tissue.js';

export interface Layout {
  readonly seed: number;
  readonly size: SlideSize;
  readonly noise: ValueNoise;
  /** Direction of the medullary rays, along which straight tubules run. */
  readonly cos: number;
  readonly sin: number;
  /** Share of candidate places that hold a glomerulus, 0..1. */
  readonly glomeruli: number;
  /** Half the usual distance between two tubules, in micrometres. */
  readonly gap: number;
  /** How much lymphocytic infiltrate, 0..1. */
  readonly inflammation: number;
  /** Of noise from -1 to 1: capillaries between tubules hold blood where it is higher. */
  readonly bloodless: number;
  /** Features of this slide, each about as strong as asked for: 0 to 1. */
  readonly castRate: number;
  readonly scarRate: number;
  readonly variants: number;
  readonly sclerotic: number;
  readonly cores: boolean;
  readonly tubules: TubuleLayout;
  /** Share of tubules with a protein cast. */
  readonly casts: number;
  /** Scale of lumens, about 1. */
  readonly dilation: number;
  /** Signed distance to the edge of the tissue in micrometres, positive inside. */
  tissue(x: number, y: number): number;
  /** 0 in the cortex, 1 in the medulla and in medullary rays. */
  medulla(x: number, y: number): number;
  /** How fibrous the stroma is, 0..1; 1 has no tubules. */
  fibrosis(x: number, y: number): number;
  /** Density of infiltrating lymphocytes, 0..1. */
  infiltrate(x: number, y: number): number;
}

/** How the tubules of this kidney differ from those of others. */
export interface TubuleLayout {
  /** Of their widths and of the distances between them, about 1. */
  readonly scale: number;
  /** Of their lumens, about 1; little: swollen cells fill them. */
  readonly lumens: number;
  /** Of the density of their cytoplasm, about 1. */
  readonly cytoplasm: number;
  /** Share of the nuclei of wide cells that the section misses. */
  readonly missed: number;
}

const USUAL_TUBULES: TubuleLayout = { scale: 1, lumens: 1, cytoplasm: 1, missed: 0.26 };

function drawTubules(random: Random): TubuleLayout {
  return {
    scale: random.uniform(0.85, 1.5),
    lumens: random.uniform(0.3, 1.3),
    cytoplasm: random.uniform(0.8, 1.4),
    missed: random.uniform(0.15, 0.75),
  };
}

const smooth = (x: number): number => {
  const t = Math.max(0, Math.min(1, x));
  return t * t * (3 - 2 * t);
};

/** @param features what the slide has besides kidney; without them it is as it always was */
export function createLayout(seed: number, size: SlideSize, features: Features): Layout {
  const random = createRandom(mixSeeds(seed, 1));
  const noise = new ValueNoise(mixSeeds(seed, 2));
  const small = Math.min(size.width, size.height);
  const angle = random.uniform(0, 2 * Math.PI);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);

  const piece = drawPiece(random, size);
  const sway = small * random.uniform(0.02, 0.05);
  const wave = features.cores ? 20 : sway;
  const swayScale = small * 0.27;
  const fray = random.uniform(0.4, 1);

  const drawn = random.chance(0.6) ? random.uniform(0.05, 0.3) : 0;
  const medullaShare = features.medulla ?? drawn;
  const half = (Math.abs(cos) * size.width + Math.abs(sin) * size.height) / 2;
  const boundary = half * (1 - 2 * medullaShare);
  const rays = random.uniform(0.45, 0.75);
  const usual = random.chance(0.35) ? random.uniform(0.3, 0.8) : random.uniform(0, 0.25);

  // Further draws are not from `random`, whose later ones would change.
  const own = createRandom(mixSeeds(seed, 40));
  const shape = features.cores ? drawCores(createRandom(mixSeeds(seed, 43)), mixSeeds(seed, 41), noise) : piece;
  const castRate = Math.min(1, features.casts * own.uniform(0.2, 1.8));
  const scarRate = Math.min(1, features.scars * own.uniform(0.2, 1.8));
  // Scarred kidneys are inflamed more often than others.
  const inflammation = Math.max(usual, scarRate * createRandom(mixSeeds(seed, 45)).uniform(0, 0.9));
  const capsule = own.uniform(15, 90);
  // A needle seldom meets the capsule.
  const capsuled = features.cores ? 0.55 : own.uniform(-0.3, 0.6);

  const tissue = (x: number, y: number): number => {
    const box = shape(x, y);
    const coarse = box + wave * noise.at(x / swayScale + 11.3, y / swayScale + 5.1);
    // Away from the edge the fine fringe cannot matter, and most pixels are away from it.
    if (coarse > 90 || coarse < -90) return coarse;
    const fringe = 34 * noise.at(x / 190 + 3.7, y / 190);
    // Here frayed, there cut clean.
    const tatter = fray * (0.65 + 0.6 * noise.at(x / 310 + 91, y / 310 + 23));
    return (
      coarse +
      fringe +
      tatter *
        (16 * noise.at(x / 61 + 8.2, y / 61 + 1.9) +
          11 * noise.at(x / 17, y / 17 + 71.4) +
          5 * noise.at(x / 4.1, y / 4.1))
    );
  };
  return {
    seed,
    size,
    noise,
    cos,
    sin,
    glomeruli: random.uniform(0.5, 0.95),
    gap: random.uniform(0.7, 1.5),
    inflammation,
    bloodless: 0.1 + 0.9 * hashUnit(seed, 9, 1),
    casts: random.chance(0.3) ? random.uniform(0.03, 0.12) : 0.012,
    castRate,
    scarRate,
    variants: features.variants,
    sclerotic: features.sclerotic,
    cores: features.cores,
    tubules: features.variants === 0 ? USUAL_TUBULES : drawTubules(createRandom(mixSeeds(seed, 44))),
    dilation: random.uniform(0.9, 1.12),
    tissue,
    medulla(x, y) {
      const dx = x - size.width / 2;
      const dy = y - size.height / 2;
      const depth = dx * cos + dy * sin;
      const side = dy * cos - dx * sin;
      const deep = medullaShare > 0 ? smooth((depth - boundary) / 260 + 0.6 * noise.at(x / 420, y / 420 + 31)) : 0;
      const ray = smooth((noise.at(side / 210 + 17.2, depth / 1600 + 2.2) - rays) * 6);
      return Math.max(deep, ray);
    },
    fibrosis(x, y) {
      if (scarRate === 0) return 0;
      const patch = noise.at(x / 430 + 71.3, y / 430 + 3.9) + 0.45 * noise.at(x / 130 + 2.9, y / 130 + 57);
      // Dense scar, without tubules, is the exception.
      const scarred = 0.78 * smooth((patch - 0.95 + 1.15 * scarRate) * 1.5) + 0.22 * smooth((patch - 0.75) * 3);
      if (noise.at(x / 800 + 4.1, y / 800 + 33.7) < capsuled) return scarred;
      const edge = tissue(x, y);
      return Math.max(scarred, smooth((capsule - edge) / 18));
    },
    infiltrate(x, y) {
      const patch = noise.at(x / 260 + 41.7, y / 260 + 13.1) + 0.4 * noise.at(x / 80 + 9.9, y / 80);
      return smooth((patch - 0.95 + inflammation) * 2.2) * Math.min(1, 0.25 + inflammation);
    },
  };
}
