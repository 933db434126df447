/**
 * The large structures: glomeruli, arteries, veins, lymphoid patches and nests of small tubules.
 * A Matérn type II hard-core process on hashed candidates: what is kept near a point depends on that neighbourhood only.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import { type Area, contains, grown } from './area.js';
import type { Layout } from './layout.js';
import { hashCell, hashUnit } from './noise.js';
import { drawOutline, type Outline, outlinePoints } from './outline.js';
import { type Variant, variantOf, variantRadius } from './variants.js';

export type LandmarkKind =
  | 'glomerulus'
  | 'artery'
  | 'vein'
  | 'lymphoid'
  | 'nest'
  // Fillers, where the slide has casts or scars.
  | 'cast'
  | 'thyroid'
  | 'scar'
  | 'tangential';

/** Whether tubules end at it; the others only change what grows inside. */
export const isSolid = ({ kind }: Landmark): boolean => kind !== 'nest' && kind !== 'lymphoid' && kind !== 'thyroid';

export interface Landmark {
  readonly kind: LandmarkKind;
  readonly seed: number;
  readonly outline: Outline;
  /** Of two candidates too close to each other the one with the higher priority stays. */
  readonly priority: number;
  /** The unusual form of a glomerulus. */
  readonly variant?: Variant | undefined;
  /** Whether a glomerulus may lie on glass in part or whole, beside torn tissue; what is inside it is tissue all the same. */
  readonly isTorn?: boolean;
}

/** Decided per glomerulus, so that a larger share only adds sclerotic ones. */
export const isSclerotic = (mark: Landmark, share: number): boolean =>
  mark.kind === 'glomerulus' && scarredWhole(mark.seed, share);

const scarredWhole = (seed: number, share: number): boolean => hashUnit(seed, 5, 0) < share;

const PITCH = 125;
const SPACING = 14;
/** Share of glomeruli that may hang over the edge of the tissue where all are unusual. */
const TORN = 0.2;
/** Upper bound of `reach` over all kinds, fillers included. */
export const MAX_REACH = 215;

/** The landmarks whose centres lie in the block. */
export function landmarkBlock(layout: Layout, block: Area): Landmark[] {
  const area = grown(block, MAX_REACH * 2 + SPACING);
  const candidates: Landmark[] = [];
  const pinned = pinnedGlomerulus(layout);
  if (pinned !== undefined) candidates.push(pinned);
  for (let j = Math.floor(area.y0 / PITCH); j * PITCH <= area.y1; j++) {
    for (let i = Math.floor(area.x0 / PITCH); i * PITCH <= area.x1; i++) {
      const candidate = candidateAt(layout, i, j);
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  return candidates.filter(
    (one) =>
      contains(block, one.outline.x, one.outline.y) &&
      candidates.every((other) => other === one || other.priority < one.priority || !tooClose(one, other)),
  );
}

function tooClose(one: Landmark, other: Landmark): boolean {
  const dx = one.outline.x - other.outline.x;
  const dy = one.outline.y - other.outline.y;
  const least = one.outline.reach + other.outline.reach + SPACING;
  return dx * dx + dy * dy < least * least;
}

function candidateAt(layout: Layout, i: number, j: number): Landmark | undefined {
  const seed = hashCell(mixSeeds(layout.seed, 3), i, j);
  const x = (i + hashUnit(seed, 1, 0)) * PITCH;
  const y = (j + hashUnit(seed, 2, 0)) * PITCH;
  const kind = chooseKind(layout, x, y, hashUnit(seed, 3, 0));
  if (kind === undefined) return undefined;
  return landmarkAt(layout, kind, x, y, seed, hashUnit(seed, 4, 0));
}

type BaseKind = 'glomerulus' | 'artery' | 'vein' | 'lymphoid' | 'nest';

function chooseKind(layout: Layout, x: number, y: number, draw: number): BaseKind | undefined {
  const inMedulla = layout.medulla(x, y) > 0.45;
  const share = layout.glomeruli * 0.8;
  if (draw < share) return inMedulla ? undefined : 'glomerulus';
  const rest = (draw - share) / (1 - share);
  if (rest < 0.22) return 'artery';
  if (rest < 0.42) return 'vein';
  if (rest < 0.42 + 0.12 * (0.3 + layout.inflammation)) return 'lymphoid';
  if (rest < 0.75) return 'nest';
  return undefined;
}

function landmarkAt(
  layout: Layout,
  kind: BaseKind,
  x: number,
  y: number,
  seed: number,
  priority: number,
): Landmark | undefined {
  const random = createRandom(seed);
  const shape = {
    glomerulus: () => ({ radius: 72 + 48 * Math.sqrt(random.next()), stretch: random.uniform(1, 1.28), bumps: 0.07 }),
    artery: () => ({ radius: 32 + 75 * random.next() ** 2, stretch: random.uniform(1, 1.7), bumps: 0.1 }),
    vein: () => ({ radius: 30 + 65 * random.next() ** 1.5, stretch: random.uniform(1.1, 3), bumps: 0.22 }),
    lymphoid: () => ({ radius: random.uniform(45, 100), stretch: random.uniform(1, 1.6), bumps: 0.3 }),
    nest: () => ({ radius: random.uniform(70, 130), stretch: random.uniform(1, 1.3), bumps: 0.2 }),
  }[kind]();
  const isUnusual = kind === 'glomerulus' && layout.variants > 0;
  const isShrunk = isUnusual && scarredWhole(seed, layout.sclerotic);
  // A sclerotic one has lost the form that it had.
  const variant = isUnusual && !isShrunk ? variantOf(seed, layout.variants) : undefined;
  const radius = isShrunk || variant !== undefined ? variantRadius(variant, shape.radius, seed) : shape.radius;
  const outline = drawOutline(random, { x, y, ...shape, radius });
  const isTorn = isUnusual && hashUnit(seed, 20, 0) < TORN * layout.variants;
  // Nothing else that is large hangs over the edge of the tissue.
  const least = kind !== 'glomerulus' ? 4 : isTorn ? -1.2 * radius : isUnusual ? 3 : 12;
  if (outlinePoints(outline, 16).some((point) => layout.tissue(point.x, point.y) < least)) return undefined;
  return { kind, seed, outline, priority, variant, isTorn };
}

/** One glomerulus near the middle, so that no slide is without: it outranks every candidate. */
function pinnedGlomerulus(layout: Layout): Landmark | undefined {
  const seed = mixSeeds(layout.seed, 4);
  // Cores may leave the middle empty.
  const [low, span] = layout.cores ? [0.1, 0.8] : [0.35, 0.3];
  for (let attempt = 0; attempt < (layout.cores ? 80 : 8); attempt++) {
    const x = layout.size.width * (low + span * hashUnit(seed, attempt, 1));
    const y = layout.size.height * (low + span * hashUnit(seed, attempt, 2));
    if (layout.medulla(x, y) > 0.45) continue;
    const found = landmarkAt(layout, 'glomerulus', x, y, hashCell(seed, attempt, 3), 2);
    if (found !== undefined) return found;
  }
  return undefined;
}
