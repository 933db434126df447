/**
 * What disease puts between glomeruli: dilated tubules with casts, scars, arteries cut along their wall. They take the room that the
 * other landmarks leave and never displace one, so that no glomerulus depends on them.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import { type Area, contains, grown } from './area.js';
import { type Landmark, type LandmarkKind, MAX_REACH } from './landmarks.js';
import type { Layout } from './layout.js';
import { hashCell, hashUnit } from './noise.js';
import { drawOutline, outlinePoints } from './outline.js';

const PITCH = 82;
/** Micrometres between two fillers, and from a filler to any other landmark. */
const SPACING = 3;
const CLEARANCE = 7;

/** The fillers whose centres lie in the block. `base`: the landmarks near it, at least as far as `FILLER_REACH`. */
export function fillerBlock(layout: Layout, block: Area, base: readonly Landmark[]): Landmark[] {
  if (layout.castRate === 0 && layout.scarRate === 0) return [];
  const solid = base.filter(({ kind }) => kind !== 'nest' && kind !== 'lymphoid');
  const area = grown(block, MAX_REACH * 2 + SPACING);
  const candidates: Landmark[] = [];
  for (let j = Math.floor(area.y0 / PITCH); j * PITCH <= area.y1; j++) {
    for (let i = Math.floor(area.x0 / PITCH); i * PITCH <= area.x1; i++) {
      const candidate = candidateAt(layout, i, j);
      if (candidate === undefined || solid.some((mark) => nearer(candidate, mark, CLEARANCE))) continue;
      candidates.push(candidate);
    }
  }
  return candidates.filter(
    (one) =>
      contains(block, one.outline.x, one.outline.y) &&
      candidates.every((other) => other === one || other.priority < one.priority || !nearer(one, other, SPACING)),
  );
}

/** How far from a block a landmark may lie and still decide what fills the block. */
export const FILLER_REACH = MAX_REACH * 3 + SPACING + CLEARANCE;

function nearer(one: Landmark, other: Landmark, spacing: number): boolean {
  const dx = one.outline.x - other.outline.x;
  const dy = one.outline.y - other.outline.y;
  const least = one.outline.reach + other.outline.reach + spacing;
  return dx * dx + dy * dy < least * least;
}

function candidateAt(layout: Layout, i: number, j: number): Landmark | undefined {
  const seed = hashCell(mixSeeds(layout.seed, 42), i, j);
  const x = (i + hashUnit(seed, 1, 0)) * PITCH;
  const y = (j + hashUnit(seed, 2, 0)) * PITCH;
  const kind = chooseKind(layout, x, y, hashUnit(seed, 3, 0));
  if (kind === undefined) return undefined;
  const random = createRandom(seed);
  const shape = {
    cast: () => ({ radius: 15 + 50 * random.next() ** 2.4, stretch: random.uniform(1, 1.55), bumps: 0.07 }),
    thyroid: () => ({ radius: random.uniform(70, 140), stretch: random.uniform(1, 1.4), bumps: 0.2 }),
    scar: () => ({ radius: random.uniform(35, 80), stretch: random.uniform(1.5, 3), bumps: 0.34 }),
    tangential: () => ({ radius: random.uniform(24, 62), stretch: random.uniform(1.1, 3), bumps: 0.14 }),
  }[kind]();
  const outline = drawOutline(random, { x, y, ...shape });
  if (outlinePoints(outline, 12).some((point) => layout.tissue(point.x, point.y) < 3)) return undefined;
  return { kind, seed, outline, priority: hashUnit(seed, 4, 0) };
}

function chooseKind(
  { noise, castRate, scarRate }: Layout,
  x: number,
  y: number,
  draw: number,
): Extract<LandmarkKind, 'cast' | 'thyroid' | 'scar' | 'tangential'> | undefined {
  // In groups: here many, there none.
  const crowd = Math.max(0, 0.55 + 1.5 * noise.at(x / 330 + 19, y / 330 + 47));
  let least = 0.75 * castRate * crowd;
  if (draw < least) return 'cast';
  least += 0.07 * castRate;
  if (draw < least) return 'thyroid';
  least += 0.16 * scarRate;
  if (draw < least) return 'scar';
  least += 0.1 * scarRate;
  return draw < least ? 'tangential' : undefined;
}
